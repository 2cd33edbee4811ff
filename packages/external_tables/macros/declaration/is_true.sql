{% macro is_true(value) %}
    {#- As in `dbt --vars` and in what an environment variable gives, a word is not yet a truth value. -#}
    {%- do return(value | string | lower in ("true", "1", "yes")) -%}
{% endmacro %}
