{% macro type_as_built(data_type) %}
    {{- return(adapter.dispatch('type_as_built', 'tickit_lakehouse')(data_type)) -}}
{% endmacro %}

{% macro default__type_as_built(data_type) %}
    {%- do return(data_type) -%}
{% endmacro %}

{% macro duckdb__type_as_built(data_type) %}
    {%- do return(data_type.split("(")[0] if data_type.startswith("varchar(") else data_type) -%}
{% endmacro %}
