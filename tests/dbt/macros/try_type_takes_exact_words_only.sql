-- Guards: try_type() gives the boolean or the text that fits, and NULL for anything else; never an error.
{% set texts = [
    ['boolean', "'true'", 'true'],
    ['boolean', "'FALSE'", 'false'],
    ['boolean', "'True'", 'true'],
    ['boolean', "'true '", none],
    ['boolean', "' true'", none],
    ['boolean', "'untrue'", none],
    ['boolean', "'on'", none],
    ['boolean', "'11'", none],
    ['boolean', "'truef'", none],
    ['boolean', "'true|t'", none],
    ['boolean', "''", none],
    ['boolean', 'null', none],

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
    ['varchar(3)', "chr(92) || 'N'", none],
    ['varchar(3)', "chr(92) || 'N '", none],
    ['varchar(3)', "'a' || chr(92) || 'N'", 'a\\N'],
    ['varchar(3)', "'a' || chr(26)", none],
] %}

{% set cases = [] %}
{% for value, words in {'true': ['true', 't', 'yes', 'y', '1'], 'false': ['false', 'f', 'no', 'n', '0']}.items() %}
    {% for word in words %}
        {% for spelled in [word, word | upper, word | capitalize] | unique(case_sensitive=true) %}
            {% do texts.append(['boolean', "'" ~ spelled ~ "'", value]) %}
        {% endfor %}
    {% endfor %}
{% endfor %}
{% for type, text, expected in texts %}
    {% do cases.append([type ~ ' of ' ~ text, type, try_type('cast(' ~ text ~ ' as varchar(256))', type), expected]) %}
{% endfor %}

{{ failing_cases(cases) }}
