-- Guards: try_type() gives the number that a text is in its one shape, and NULL for anything else; never an error.
{% set texts = [
    ['integer', "'0'", '0'],
    ['integer', "'7'", '7'],
    ['integer', "'-7'", '-7'],
    ['integer', "'007'", '7'],
    ['integer', "'2147483647'", '2147483647'],
    ['integer', "'2147483648'", none],
    ['integer', "'99999999999'", none],
    ['integer', "'+7'", none],
    ['integer', "'1.0'", none],
    ['integer', "'1.5'", none],
    ['integer', "'1e3'", none],
    ['integer', "'1,000'", none],
    ['integer', "' 7'", none],
    ['integer', "'7 '", none],
    ['integer', "'7x'", none],
    ['integer', "'-'", none],
    ['integer', "''", none],
    ['integer', "chr(92) || 'N'", none],
    ['integer', "'7' || chr(26)", none],
    ['integer', 'null', none],

    ['decimal(8,2)', "'50'", '50.00'],
    ['decimal(8,2)', "'50.5'", '50.50'],
    ['decimal(8,2)', "'-0.05'", '-0.05'],
    ['decimal(8,2)', "'999999.99'", '999999.99'],
    ['decimal(8,2)', "'1000000'", none],
    ['decimal(8,2)', "'50.005'", none],
    ['decimal(8,2)', "'50.'", none],
    ['decimal(8,2)', "'.50'", none],
    ['decimal(8,2)', "'5,00'", none],
    ['decimal(8,2)', "'$5'", none],
    ['decimal(8,2)', "'1e2'", none],
    ['decimal(8,2)', "'nan'", none],
    ['decimal(8,2)', "'5 '", none],
    ['decimal(8,2)', "''", none],
] %}

{% set cases = [] %}
{% for type, text, expected in texts %}
    {% do cases.append([type ~ ' of ' ~ text, type, try_type('cast(' ~ text ~ ' as varchar(256))', type), expected]) %}
{% endfor %}

{{ failing_cases(cases) }}
