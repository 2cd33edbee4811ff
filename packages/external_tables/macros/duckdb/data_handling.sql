{% macro data_handling(properties) %}
    {#- What Spectrum does with a text that is not UTF-8, and with one that is longer than its column. Without data
        cleansing a text that is not UTF-8 is NULL and a longer one is cut ("data handling examples" of CREATE EXTERNAL
        TABLE: the club in row 8 and the league names). With it, a longer one is NULL by default
        (surplus_char_handling), and the page names no default for invalid_char_handling, so such a file is an error. -#}
    {%- if properties.get("data_cleansing_enabled") != "true" -%}
        {%- do return({"invalid": "SET_TO_NULL", "surplus": "TRUNCATE"}) -%}
    {%- endif -%}
    {%- do return({
        "invalid": properties.get("invalid_char_handling", "DISABLED"),
        "surplus": properties.get("surplus_char_handling", "SET_TO_NULL"),
    }) -%}
{% endmacro %}
