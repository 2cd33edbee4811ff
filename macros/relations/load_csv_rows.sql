{#
    Replaces dbt-duckdb's macro of the same name, which writes the path of the file into SQL as it is: a quote in it
    would end the text. Literals, not parameters: for the first one DuckDB imports pandas.
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- set rows = [] -%}
    {%- for row in adapter.convert_datetimes_to_strs(agate_table).rows -%}
        {%- set values = [] -%}
        {%- for value in row -%}
            {%- do values.append('null' if value is none else external_tables.sql_literal(value | string)) -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- set sql -%}
        insert into {{ this }} ({{ get_seed_column_quoted_csv(model, agate_table.column_names) }})
        values {{ rows | join(', ') }}
    {%- endset -%}
    {%- if rows -%}
        {%- do adapter.add_query(sql, abridge_sql_log=true) -%}
    {%- endif -%}
    {{ return(sql) }}
{% endmacro %}
