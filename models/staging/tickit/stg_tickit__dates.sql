-- One row is a day of the calendar.
{{ usable_lines(ref('base_tickit__dates'), 'date') }}
