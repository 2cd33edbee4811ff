{# The lines of a base model that staging uses: without a reject reason, and the first of each key. #}
{% macro usable_lines(base, table) %}
{%- set fields = raw_fields(table) -%}
{%- set key = fields[0][1] -%}
select
    {% for _, name, _, _ in fields -%}
    lines.{{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from {{ base }} as lines
where
    lines.reject_reason is null
    and not exists (
        select 1
        from {{ ref('base_tickit__repeated_keys') }} as repeated
        where
            repeated.table_name = '{{ table }}'
            and repeated.key_value = lines.{{ key }}
    )

union all

select
    {% for _, name, _, _ in fields -%}
    ranked.{{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from ({{ lines_with_repeated_key(base, table) }}) as ranked
where ranked.occurrence = 1
{% endmacro %}
