{#
    The good lines of a base model whose key stands on more than one line, numbered within their key by `occurrence`:
    1 is kept by staging, the others are set aside. Lines have no number on Redshift, so the order that both engines
    agree on is the file's name, then the line's content; equal lines are exchangeable.

    Few keys repeat, if any: only their lines are sorted. With none, DuckDB does not read the base table at all.
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
