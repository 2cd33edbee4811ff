{% macro duckdb_text_format(table) %}
    {#- How a text file is written: delimited, csv or json; "" if DuckDB cannot read it. -#}
    {%- do return({
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe": "delimited",
        "org.apache.hadoop.hive.serde2.OpenCSVSerde": "csv",
        "org.openx.data.jsonserde.JsonSerDe": "json",
        "org.apache.hive.hcatalog.data.JsonSerDe": "json",
    }.get(external_tables.parse_row_format(table.row_format).serde, "")) -%}
{% endmacro %}
