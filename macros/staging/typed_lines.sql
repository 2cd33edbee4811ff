{#
    The whole of a base model: every line of a raw table once, typed by name, with the reason why it cannot be used
    (NULL for a good line). No line is dropped here and none stops the query.

    NULL in a raw field is not an empty field: the line ended before it, it is not valid UTF-8, or it
    is longer than the source declares (Spectrum gives NULL for all three, and so does DuckDB's view).
#}
{% macro typed_lines(source_relation, fields) %}
{%- set last_field = fields[-1][0] -%}
with

lines as (

    select
        {% for raw, _, _, _ in fields -%}
        {{ raw }} as raw_{{ raw }},
        {% endfor -%}
        _surplus,
        -- Below the lake: the same name wherever the lake is.
        substring("$path", position('/raw_tickit_data/' in "$path") + 1) as source_file
    from {{ source_relation }}

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
        end as reject_reason
    from typed

)

select
    {% for _, name, _, _ in fields -%}
    {{ name }},
    {% endfor -%}
    source_file,
    cast(reject_reason as varchar(60)) as reject_reason,
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
