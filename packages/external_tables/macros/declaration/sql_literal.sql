{% macro sql_literal(text) %}
    {#- No engine takes the character 0 in a text. -#}
    {%- if "\0" in text | string -%}
        {{ exceptions.raise_compiler_error(
            "A text with the character 0 cannot be written into SQL. Take it out of the YAML, the variable or the name "
            ~ "of the file that it comes from."
        ) }}
    {%- endif -%}
    {%- do return(adapter.dispatch("sql_literal", "external_tables")(text | string)) -%}
{% endmacro %}

{% macro default__sql_literal(text) %}
    {%- do return("'" ~ text.replace("'", "''") ~ "'") -%}
{% endmacro %}
