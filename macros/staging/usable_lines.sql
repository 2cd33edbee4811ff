{% macro usable_lines(base, table) %}
{%- set fields = raw_tables()[table].fields -%}
{%- set key = fields[0][1] -%}
select
    {% for _, name, _, _ in fields -%}
    lines.{{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from {{ base }} as lines
left join {{ ref('base_tickit__repeated_keys') }} as repeated
    on
        repeated.table_name = '{{ table }}'
        and lines.{{ key }} = repeated.key_value
-- One condition, as DuckDB takes each for one that few rows meet: after two, it would join the other way round.
where coalesce(lines.reject_reason, repeated.table_name) is null

union all

select
    {% for _, name, _, _ in fields -%}
    ranked.{{ name }}{{ ',' if not loop.last }}
    {% endfor -%}
from ({{ lines_with_repeated_key(base, table) }}) as ranked
where ranked.occurrence = 1
{% endmacro %}
