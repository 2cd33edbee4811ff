{% macro duckdb_select_inventory(plan, columns) %}
    {%- set parent = plan.location.rstrip("/").rpartition("/")[0] ~ "/" -%}
    {%- set sql -%}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
from (
    select substr(path, {{ parent | length + 1 }}) as path, cast(size_bytes as varchar) as size_bytes, modified_at, version
    from external_tables_listing
    where problem is null and starts_with(path, {{ external_tables.sql_literal(plan.location) }})
    order by path
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
