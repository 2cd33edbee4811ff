{% macro sets_invalid_to_null(properties) %}
    {#- Spectrum heeds invalid_char_handling only with data cleansing on. -#}
    {%- do return(
        properties.get("data_cleansing_enabled", "") | lower == "true"
        and properties.get("invalid_char_handling", "") | upper == "SET_TO_NULL"
    ) -%}
{% endmacro %}
