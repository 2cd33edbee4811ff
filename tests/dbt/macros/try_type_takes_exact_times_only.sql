-- Guards: try_type() gives the date or time that a text is in its one shape, and NULL for anything else; never an error.
{% set texts = [
    ['date', "'2008-02-29'", '2008-02-29'],
    ['date', "'0044-03-15'", '0044-03-15'],
    ['date', "'0000-01-01'", none],
    ['date', "'2008-02-30'", none],
    ['date', "'2007-02-29'", none],
    ['date', "'2008-13-01'", none],
    ['date', "'2008-1-3'", none],
    ['date', "'02/18/2008'", none],
    ['date', "'2008-01-01 00:00:00'", none],
    ['date', "'2008-01-01 '", none],
    ['date', "'infinity'", none],
    ['date', "'12008-01-01'", none],
    ['date', "'0044-03-15 (BC)'", none],
    ['date', "''", none],

    ['timestamp', "'2008-01-01 00:00:00'", '2008-01-01 00:00:00'],
    ['timestamp', "'2008-12-31 23:59:59'", '2008-12-31 23:59:59'],
    ['timestamp', "'2008-01-01 24:00:00'", none],
    ['timestamp', "'2008-01-01 23:59:60'", none],
    ['timestamp', "'2008-01-01 24:30:00'", none],
    ['timestamp', "'2008-01-01 12:60:00'", none],
    ['timestamp', "'2008-02-30 12:00:00'", none],
    ['timestamp', "'2008-01-01 12:00'", none],
    ['timestamp', "'2008-01-01T12:00:00'", none],
    ['timestamp', "'2008-01-01 12:00:00.5'", none],
    ['timestamp', "'2008-01-01 12:00:00+01'", none],
    ['timestamp', "'2008-01-01'", none],
    ['timestamp', "'now'", none],
    ['timestamp', "'-infinity'", none],
    ['timestamp', "'12008-01-01 00:00:00'", none],
    ['timestamp', "''", none],
] %}

{% set cases = [] %}
{% for type, text, expected in texts %}
    {% do cases.append([type ~ ' of ' ~ text, type, try_type('cast(' ~ text ~ ' as varchar(256))', type), expected]) %}
{% endfor %}

{{ failing_cases(cases) }}
