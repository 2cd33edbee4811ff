{# If it is false, no model has to look for duplicates line by line. #}
{% macro may_repeat_a_key(base, key) %}
    {{- return(adapter.dispatch('may_repeat_a_key', 'tickit_lakehouse')(base, key)) -}}
{% endmacro %}

{% macro default__may_repeat_a_key(base, key) %}
    {{ return(true) }}
{% endmacro %}

{# DuckDB counts whole numbers for a tenth of the cost of grouping by them. #}
{% macro duckdb__may_repeat_a_key(base, key) %}
    {#- A unit test has no `this`. -#}
    {% if not (execute and flags.INTROSPECT and this) or load_cached_relation(base) is none %}
        {{ return(true) }}
    {% endif %}
    {% set lines, keys = run_query(
        'select count(*), ' ~ count_distinct(base, key) ~ ' from ' ~ base ~ ' where reject_reason is null'
    ).rows[0] %}
    {{ return(lines > 0 and keys < lines) }}
{% endmacro %}
