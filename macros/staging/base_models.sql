{# The base model of each raw table. #}
{% macro base_models() %}
    {{ return({
        'category': ref('base_tickit__categories'),
        'date': ref('base_tickit__dates'),
        'event': ref('base_tickit__events'),
        'listing': ref('base_tickit__listings'),
        'sale': ref('base_tickit__sales'),
        'user': ref('base_tickit__users'),
        'venue': ref('base_tickit__venues'),
    }) }}
{% endmacro %}
