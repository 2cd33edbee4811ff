-- One row is a place where events happen.
{{ usable_lines(ref('base_tickit__venues'), 'venue') }}
