{#
    The file is written beside the warehouse; scripts/publishing puts it in place when it is complete. dbt-duckdb's own
    macro writes to the location itself.
#}
{% macro write_to_file(relation, location, options) %}
    {%- set columns = published_columns(relation) -%}
    {%- set unfinished = target.path ~ '.' ~ relation.identifier ~ '.part' -%}
    {%- call statement('write_to_file') -%}
        copy (
            select
            {%- for name, data_type in columns.items() %}
                cast({{ name }} as {{ data_type }}) as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
            from {{ relation }}
            {#- Of a model without rows, dbt-duckdb makes one of NULLs only. #}
            where not ({% for name in columns %}{{ name }} is null{{ ' and ' if not loop.last }}{% endfor %})
            {#- The same result is the same file; DuckDB's threads bring rows in any order. #}
            order by all
        ) to {{ external_tables.sql_literal(unfinished) }} ({{ options }})
    {%- endcall -%}
    {#- external_location wrote the location for a place between quotes. -#}
    {%- do adapter.store_relation(
        'lake', this, [], unfinished, 'parquet',
        {'publish_to': location | replace("''", "'"), 'columns': columns}
    ) -%}
{% endmacro %}
