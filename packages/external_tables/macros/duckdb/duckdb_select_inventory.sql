{% macro duckdb_select_inventory(plan, columns) %}
    {#- The files that tables under this folder would read (duckdb_glob), by name, size and time alone: read_blob opens
        no file whose content is not asked for. epoch_us, because a session's time zone would shift the time. -#}
    {%- set parent = plan.location.rstrip("/").rpartition("/")[0] ~ "/" -%}
    {%- set glob = external_tables.duckdb_glob(plan, {"path": ""}) -%}
    {%- set sql -%}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
from (
    select
        substr(filename, {{ parent | length + 1 }}) as path,
        cast(size as varchar) as size_bytes,
        strftime(make_timestamp(epoch_us(last_modified)), '%Y-%m-%d %H:%M:%S.%f') as modified_at,
    from read_blob({{ external_tables.sql_literal(glob) }})
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
