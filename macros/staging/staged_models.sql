{% macro staged_models() %}
    {% set models = {} %}
    {% for table, declared in raw_tables().items() %}
        {% do models.update({table: ref('stg_tickit__' ~ declared.models)}) %}
    {% endfor %}
    {{ return(models) }}
{% endmacro %}
