{#
    Replaces dbt-duckdb's macro of the same name, which writes the path of the file into SQL as it is: a quote in it
    would end the text. This one binds the rows as parameters.
#}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- do return(default__load_csv_rows(model, adapter.convert_datetimes_to_strs(agate_table))) -%}
{% endmacro %}
