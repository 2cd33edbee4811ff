{# The raw tables, as their folders in the lake are called. #}
{% macro raw_tables() %}
    {{ return(['category', 'date', 'event', 'listing', 'sale', 'user', 'venue']) }}
{% endmacro %}
