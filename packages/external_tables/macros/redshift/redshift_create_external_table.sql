{% macro redshift_create_external_table(table) %}
    {%- set properties = [] -%}
    {%- for name, value in table.table_properties.items() -%}
        {%- do properties.append(external_tables.sql_literal(name) ~ "=" ~ external_tables.sql_literal(value)) -%}
    {%- endfor -%}
    {%- set sql -%}
create external table {{ table.relation.include(database=false) }} (
    {%- for column in table.columns %}
    {{ adapter.quote(column.name) }} {{ column.data_type }}{{ "," if not loop.last }}
    {%- endfor %}
)
    {%- if table.partition_columns %}
partitioned by (
        {%- for column in table.partition_columns %}
    {{ adapter.quote(column.name) }} {{ column.data_type }}{{ "," if not loop.last }}
        {%- endfor %}
)
    {%- endif %}
    {%- if table.row_format %}
row format {{ table.row_format }}
    {%- endif %}
stored as {{ table.stored_as }}
location {{ external_tables.sql_literal(table.location) }}
    {%- if properties %}
table properties ({{ properties | join(", ") }})
    {%- endif %}
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
