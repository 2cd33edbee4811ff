-- Guards: is_empty() is true for an empty field and for the NULL marker; for blanks, also after the marker, of a text
-- only; never for a field that is not there.
{% set texts = [
    ['integer', "''", 'true'],
    ['integer', "'  '", 'false'],
    ['integer', "'7'", 'false'],
    ['integer', 'null', none],
    ['date', "' '", 'false'],
    ['boolean', "' '", 'false'],
    ['varchar(9)', "''", 'true'],
    ['varchar(9)', "'  '", 'true'],
    ['varchar(9)', "' x'", 'false'],
    ['varchar(9)', 'chr(9)', 'false'],
    ['varchar(9)', 'null', none],
    ['integer', "chr(92) || 'N'", 'true'],
    ['integer', "chr(92) || 'N '", 'false'],
    ['integer', "chr(92) || 'n'", 'false'],
    ['boolean', "chr(92) || 'N'", 'true'],
    ['timestamp', "chr(92) || 'N'", 'true'],
    ['varchar(9)', "chr(92) || 'N'", 'true'],
    ['varchar(9)', "chr(92) || 'N  '", 'true'],
    ['varchar(9)', "chr(92) || 'n'", 'false'],
    ['varchar(9)', "' ' || chr(92) || 'N'", 'false'],
    ['varchar(9)', "chr(92) || chr(92) || 'N'", 'false'],
    ['varchar(9)', "'N'", 'false'],
] %}

{% set cases = [] %}
{% for type, text, expected in texts %}
    {% do cases.append([type ~ ' of ' ~ text, 'boolean', is_empty('cast(' ~ text ~ ' as varchar(256))', type), expected]) %}
{% endfor %}

{{ failing_cases(cases) }}
