{#
    The whole of a base model: every line of a raw table once, typed by name, with the reason why it cannot be used
    (NULL for a good line). No line is dropped here and none stops the query. Once the table is there, only deliveries
    that are new or have changed are read.

    NULL in a raw field is not an empty field: the line ended before it, it is not valid UTF-8, or it
    is longer than the source declares (Spectrum gives NULL for all three, and so does DuckDB's view).
#}
{% macro typed_lines(source_relation, table) %}
{%- set fields = raw_fields(table) -%}
{%- set last_field = fields[-1][0] -%}
{%- set by_month = delivered_by_month(table) -%}
with

deliveries as (

    select * from {{ ref('base_tickit__deliveries') }}

),

lines as (

    select
        {% for raw, _, _, _ in fields -%}
        {{ raw }} as raw_{{ raw }},
        {% endfor -%}
        _surplus,
        -- Below the lake: the same name wherever the lake is.
        cast(substring("$path", position('/raw_tickit_data/' in "$path") + 1) as varchar(1024)) as source_file,
        cast({{ by_month.month if by_month else "'all'" }} as varchar(7)) as delivery
    from {{ source_relation }}
    {%- if builds_on_itself() %}
    where {{ is_one_of(by_month.month if by_month else "'all'", changed_deliveries(table)) }}
    {%- endif %}

),

typed as (

    select
        *,
        {% for raw, name, type, _ in fields -%}
        {{ try_type('raw_' ~ raw, type) }} as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from lines

),

judged as (

    select
        *,
        case
            when raw_{{ last_field }} is null then 'too few fields'
            when _surplus is not null then 'too many fields'
            {% for raw, name, type, is_required in fields -%}
            when raw_{{ raw }} is null then '{{ raw }} is not valid UTF-8 or over 256 bytes'
            {% if is_required -%}
            when {{ is_empty('raw_' ~ raw, type) }} then '{{ raw }} is missing'
            {% endif -%}
            when {{ name }} is null and not {{ is_empty('raw_' ~ raw, type) }}
                then '{{ raw }} is {{ misfit(type) }}'
            {% endfor -%}
            {% if by_month -%}
            -- It would be lost to whoever reads the month by its folder.
            when substring(raw_{{ by_month.raw_time }}, 1, 7) <> delivery
                then '{{ by_month.raw_time }} is not in the month of its folder'
            {% endif -%}
        end as reject_reason
    from typed

)

select
    {% for _, name, _, _ in fields -%}
    judged.{{ name }},
    {% endfor -%}
    judged.source_file,
    judged.delivery,
    deliveries.delivery_version,
    cast(judged.reject_reason as varchar(60)) as reject_reason,
    cast(case
        when judged.reject_reason is not null
            then
                {% for raw, _, _, _ in fields -%}
                {{ "|| '|' || " if not loop.first }}coalesce(raw_{{ raw }}, '<null>')
                {% endfor -%}
                || coalesce('|' || _surplus, '')
    end as varchar(8000)) as line
from judged
left join deliveries
    on
        deliveries.table_name = '{{ table }}'
        and judged.delivery = deliveries.delivery
{% endmacro %}
