{% macro duckdb_fitted(name, bytes, properties) %}
    {#- Sizes are of bytes. The longer ones are asked for, because NULL is neither, and must stay NULL. -#}
    {%- set longer = "case when strlen(" ~ name ~ ") > " ~ bytes ~ " then " -%}
    {%- set handling = external_tables.data_handling(properties).surplus -%}
    {%- if handling == "SET_TO_NULL" -%}
        {%- do return(longer ~ "null else " ~ name ~ " end") -%}
    {%- elif handling == "FAIL" -%}
        {%- set message = "column " ~ name ~ " has a text of more than " ~ bytes ~ " bytes (surplus_char_handling)" -%}
        {%- do return(longer ~ "error(" ~ external_tables.sql_literal(message) ~ ") else " ~ name ~ " end") -%}
    {%- endif -%}
    {#- A character is never cut in two: the longest beginning that is whole, up to three bytes shorter. -#}
    {%- set beginnings = [] -%}
    {%- for less in range(4) if less < bytes -%}
        {%- do beginnings.append("try(decode(encode(" ~ name ~ ")[:" ~ (bytes - less) ~ "]))") -%}
    {%- endfor -%}
    {%- do return(longer ~ "coalesce(" ~ beginnings | join(", ") ~ ", '') else " ~ name ~ " end") -%}
{% endmacro %}
