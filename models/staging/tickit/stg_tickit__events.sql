-- One row is a performance or game, at one venue and time.
{{ usable_lines(ref('base_tickit__events'), 'event') }}
