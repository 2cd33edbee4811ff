{% macro duckdb_valid_text(bytes, properties, replace) %}
    {#- A zero byte is UTF-8, and no text on Redshift holds one. -#}
    {%- set text = "decode(unhex(replace(" ~ bytes ~ ", ' ', '')))" -%}
    {%- set handling = external_tables.data_handling(properties).invalid -%}
    {%- if handling not in ("SET_TO_NULL", "REPLACE") -%}
        {%- do return(text) -%}
    {%- endif -%}
    {%- set valid = "case when not contains(" ~ bytes ~ ", '00 ') then try(" ~ text ~ ") end" -%}
    {%- if handling == "SET_TO_NULL" or not replace -%}
        {%- do return(valid) -%}
    {%- endif -%}
    {#- The characters of UTF-8 by the Unicode Standard, table 3-7; what is none of them is one byte, and replaced. -#}
    {%- set characters = [
        "[0-7]. ", "C[2-9A-F] [89AB]. ", "D. [89AB]. ", "E0 [AB]. [89AB]. ", "E[1-9A-CEF] [89AB]. [89AB]. ",
        "ED [89]. [89AB]. ", "F0 [9AB]. [89AB]. [89AB]. ", "F[1-3] [89AB]. [89AB]. [89AB]. ",
        "F4 8. [89AB]. [89AB]. ", ".. ",
    ] | join("|") -%}
    {%- set replacement = external_tables.sql_literal(external_tables.hex_bytes(properties["replacement_char"])) -%}
    {%- set replaced = "array_to_string(list_transform(regexp_extract_all(" ~ bytes ~ ", '" ~ characters ~ "'), "
        ~ "lambda c: case when c <> '00 ' and (c < '80' or strlen(c) > 3) then c else " ~ replacement ~ " end), '')" -%}
    {%- do return("coalesce(" ~ valid ~ ", decode(unhex(replace(" ~ replaced ~ ", ' ', ''))))") -%}
{% endmacro %}
