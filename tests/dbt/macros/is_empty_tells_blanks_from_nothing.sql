-- Guards: is_empty() is true for an empty field; for blanks, of a text only; never for a field that is not there.
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
] %}

{% set cases = [] %}
{% for type, text, expected in texts %}
    {% do cases.append([type ~ ' of ' ~ text, 'boolean', is_empty('cast(' ~ text ~ ' as varchar(256))', type), expected]) %}
{% endfor %}

{{ failing_cases(cases) }}
