{#
    It drops no line, and no line makes the query fail. An existing table reads only deliveries that are new or have
    changed. Lines of a file that is not in the inventory wait for the next staging, so that the rows are those of the
    delivery's version.

    NULL in a raw field means that the line ended before it. A text of more than 252 bytes may have been cut: the raw
    columns have 256, and a character of four bytes is not cut in two.
#}
{% macro typed_lines(source_relation, table) %}
{{ config(
    unique_key='delivery',
    post_hook=after_commit("{{ delete_outdated(ref('base_tickit__files')) }}")
) }}
{%- set fields = raw_tables()[table].fields -%}
{%- set last_field = fields[-1][0] -%}
{%- set month = raw_tables()[table].month -%}
with

files as (

    select
        path,
        delivery,
        delivery_version
    from {{ ref('base_tickit__files') }}
    where table_name = {{ external_tables.sql_literal(table) }}

),

lines as (

    select
        {% for raw, _, _, _ in fields -%}
        raw_lines.{{ raw }} as raw_{{ raw }},
        {% endfor -%}
        raw_lines._surplus,
        files.path as source_file,
        files.delivery,
        files.delivery_version
    {# render(), as dbt makes of a source a subquery with --empty, which has no "$path". -#}
    from {{ source_relation.render() }} as raw_lines
    inner join files on {{ source_file(table) }} = files.path
    {%- if source_relation.limit == 0 %}
    where 1 = 0
    {%- elif is_incremental() %}
    where {{ is_one_of(month.column if month else 'files.delivery', changed_deliveries(table, this)) }}
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
            {% if type.startswith('varchar(') -%}
            when {{ length_in_bytes('raw_' ~ raw) }} > 252 then '{{ raw }} is {{ misfit(type) }}'
            {% endif -%}
            when {{ name }} is null{{ ' and not ' ~ is_empty('raw_' ~ raw, type) if not is_required }}
                then '{{ raw }} is ' || case
                    {% if is_required -%}
                    when {{ is_empty('raw_' ~ raw, type) }} then 'missing'
                    {% endif -%}
                    when {{ has_invalid_bytes('raw_' ~ raw) }} then 'not valid UTF-8'
                    else '{{ misfit(type) }}'
                end
            {% endfor -%}
            {% if month -%}
            -- It would be lost to whoever reads the month by its folder.
            when substring(raw_{{ month.time }}, 1, 7) <> delivery
                then '{{ month.time }} is not in the month of its folder'
            {% endif -%}
        end as reject_reason
    from typed

)

select
    {% for _, name, _, _ in fields -%}
    {{ name }},
    {% endfor -%}
    cast(source_file as varchar(1024)) as source_file,
    cast(delivery as varchar(7)) as delivery,
    delivery_version,
    cast(reject_reason as varchar(200)) as reject_reason,
    cast(case
        when reject_reason is not null
            then
                {% for raw, _, _, _ in fields -%}
                {{ "|| '|' || " if not loop.first }}coalesce(raw_{{ raw }}, '<null>')
                {% endfor -%}
                || coalesce('|' || _surplus, '')
    end as varchar(8000)) as line
from judged
{% endmacro %}
