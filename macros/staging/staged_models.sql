{# The staging model of each raw table. #}
{% macro staged_models() %}
    {{ return({
        'category': ref('stg_tickit__categories'),
        'date': ref('stg_tickit__dates'),
        'event': ref('stg_tickit__events'),
        'listing': ref('stg_tickit__listings'),
        'sale': ref('stg_tickit__sales'),
        'user': ref('stg_tickit__users'),
        'venue': ref('stg_tickit__venues'),
    }) }}
{% endmacro %}
