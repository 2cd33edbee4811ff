{# Has the relation a row? #}
{% macro is_filled(relation) %}
    {{ return(run_query('select 1 as found from ' ~ relation ~ ' limit 1').rows | length > 0) }}
{% endmacro %}
