-- One row is a key that stands on more than one good line of its raw table. Usually there is none.
{% set bases = {
    'category': ref('base_tickit__categories'),
    'date': ref('base_tickit__dates'),
    'event': ref('base_tickit__events'),
    'listing': ref('base_tickit__listings'),
    'sale': ref('base_tickit__sales'),
    'user': ref('base_tickit__users'),
    'venue': ref('base_tickit__venues'),
} %}

{% for table, base in bases.items() %}
    {% set key = raw_fields(table)[0][1] %}
    {% if not loop.first %}union all{% endif %}
    select
        cast('{{ table }}' as varchar(8)) as table_name,
        {{ key }} as key_value,
        count(*) as line_count
    from {{ base }}
    where reject_reason is null
    group by {{ key }}
    having count(*) > 1
{% endfor %}
