-- Guards: days_between() counts midnights, not periods of 24 hours, and is negative if the second time comes first.
{% set times = [
    ['2008-01-01 00:00:00', '2008-01-01 23:59:59', '0'],
    ['2008-01-01 23:59:59', '2008-01-02 00:00:00', '1'],
    ['2008-01-01 00:00:00', '2008-01-02 23:59:59', '1'],
    ['2008-01-02 00:00:00', '2008-01-01 23:59:59', '-1'],
    ['2008-02-28 12:00:00', '2008-03-01 11:00:00', '2'],
    ['2008-12-31 12:00:00', '2008-01-01 12:00:00', '-365'],
] %}

{% set cases = [
    ['no second time', 'integer',
        days_between("cast('2008-01-01' as timestamp)", 'cast(null as timestamp)'), none],
] %}
{% for first, second, expected in times %}
    {% do cases.append([
        first ~ ' to ' ~ second,
        'integer',
        days_between("cast('" ~ first ~ "' as timestamp)", "cast('" ~ second ~ "' as timestamp)"),
        expected,
    ]) %}
{% endfor %}

{{ failing_cases(cases) }}
