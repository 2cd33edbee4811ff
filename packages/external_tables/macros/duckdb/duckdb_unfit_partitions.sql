{% macro duckdb_unfit_partitions(table) %}
    {#- Errors of partitions whose value is none of their column's type. -#}
    {%- set errors = [] -%}
    {%- for column in table.partition_columns -%}
        {%- set type = external_tables.spectrum_type(column.data_type) -%}
        {%- set position = loop.index0 -%}
        {%- set unfit, rows = {}, {} -%}
        {%- for partition in table.partitions -%}
            {%- set value = partition["values"][position] -%}
            {%- if type.kind != "text" -%}
                {%- do rows.update({value: "(" ~ external_tables.sql_literal(value) ~ ")"}) -%}
            {%- elif value.encode() | length > type.bytes -%}
                {%- do unfit.update({value: true}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if rows -%}
            {%- set read = external_tables.duckdb_read_value(
                "value", type, {"data_cleansing_enabled": "true", "numeric_overflow_handling": "SET_TO_NULL"}
            ) -%}
            {%- set query = "select value from (values " ~ rows.values() | join(", ") ~ ") as partitions (value) where "
                ~ read ~ " is null" -%}
            {%- for row in run_query(query).rows -%}
                {%- do unfit.update({row["value"]: true}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if unfit -%}
            {%- do errors.append(
                "partition " ~ column.name ~ " is " ~ column.data_type ~ ", and no such value is "
                ~ external_tables.some(unfit | list) ~ "."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
