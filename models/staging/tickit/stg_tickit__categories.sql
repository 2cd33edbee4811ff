-- One row is a category of events, for example Concerts / Jazz.
{{ usable_lines(ref('base_tickit__categories'), 'category') }}
