-- Guards: try_type() gives the boolean or the text that fits, and NULL for anything else; never an error.
{% set texts = [
    ['boolean', "'true'", 'true'],
    ['boolean', "'FALSE'", 'false'],
    ['boolean', "'True'", 'true'],
    ['boolean', "'t'", none],
    ['boolean', "'yes'", none],
    ['boolean', "'1'", none],
    ['boolean', "'true '", none],
    ['boolean', "' true'", none],
    ['boolean', "'untrue'", none],
    ['boolean', "''", none],

    ['varchar(3)', "'abc'", 'abc'],
    ['varchar(3)', "'abc  '", 'abc'],
    ['varchar(3)', "' ab'", ' ab'],
    ['varchar(3)', "'abcd'", none],
    ['varchar(3)', "'a日'", none],
    ['varchar(4)', "'a日'", 'a日'],
    ['varchar(3)', "'日'", '日'],
    ['varchar(3)', "'aéé'", none],
    ['varchar(3)', "'   '", none],
    ['varchar(3)', "''", none],
    ['varchar(3)', 'null', none],
] %}

{% set cases = [] %}
{% for type, text, expected in texts %}
    {% do cases.append([type ~ ' of ' ~ text, type, try_type('cast(' ~ text ~ ' as varchar(256))', type), expected]) %}
{% endfor %}

{{ failing_cases(cases) }}
