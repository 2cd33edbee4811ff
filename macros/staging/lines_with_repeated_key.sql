{#
    Redshift does not number lines, so both engines use this order: the name of the file, then the content of the line.
    Equal lines are exchangeable.

    Few keys are duplicated, if any: only their lines are sorted. Without duplicates, DuckDB does not read the base table.
#}
{% macro lines_with_repeated_key(base, table) %}
{%- set fields = raw_tables()[table].fields -%}
{%- set key = fields[0][1] -%}
select
    lines.*,
    row_number() over (
        partition by lines.{{ key }}
        order by lines.source_file, {{ typed_line('lines', fields) }}
    ) as occurrence
from {{ base }} as lines
inner join {{ ref('base_tickit__repeated_keys') }} as repeated
    on
        lines.{{ key }} = repeated.key_value
        and repeated.table_name = '{{ table }}'
where lines.reject_reason is null
{% endmacro %}
