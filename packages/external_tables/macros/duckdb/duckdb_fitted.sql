{% macro duckdb_fitted(name, bytes, properties) %}
    {#- A text longer than its column, in bytes: "results are truncated to fit the defined column size without returning
        an error" (CREATE EXTERNAL TABLE, data_type), but with data cleansing on, "by default, Redshift Spectrum sets
        the value to null" (surplus_char_handling). -#}
    {%- set fits = "case when strlen(" ~ name ~ ") <= " ~ bytes ~ " then " ~ name -%}
    {%- set cleansing = properties.get("data_cleansing_enabled", "") | lower == "true" -%}
    {%- if cleansing and properties.get("surplus_char_handling", "SET_TO_NULL") | upper == "SET_TO_NULL" -%}
        {%- do return(fits ~ " end") -%}
    {%- endif -%}
    {#- A character is never cut in two: the longest beginning that is whole, up to three bytes shorter. -#}
    {%- set beginnings = [] -%}
    {%- for less in range(4) if less < bytes -%}
        {%- do beginnings.append("try(decode(encode(" ~ name ~ ")[:" ~ (bytes - less) ~ "]))") -%}
    {%- endfor -%}
    {%- do return(fits ~ " else coalesce(" ~ beginnings | join(", ") ~ ", '') end") -%}
{% endmacro %}
