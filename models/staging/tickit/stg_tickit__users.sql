-- One row is a registered user.
{{ usable_lines(ref('base_tickit__users'), 'user') }}
