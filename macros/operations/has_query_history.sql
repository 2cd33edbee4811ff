{% macro has_query_history() %}
    {{- return(adapter.dispatch('has_query_history', 'tickit_lakehouse')()) -}}
{% endmacro %}

{% macro duckdb__has_query_history() %}
    {{ return(false) }}
{% endmacro %}

{% macro redshift__has_query_history() %}
    {{ return(true) }}
{% endmacro %}
