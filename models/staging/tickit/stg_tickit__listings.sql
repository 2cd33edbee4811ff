-- One row is an offer of a seller: tickets to one event at one price.
{{ usable_lines(ref('base_tickit__listings'), 'listing') }}
