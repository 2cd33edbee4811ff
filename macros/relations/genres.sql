{% macro genres() %}
    {{ return([
        'sports', 'theatre', 'concerts', 'jazz', 'classical', 'opera', 'rock', 'vegas', 'broadway', 'musicals',
    ]) }}
{% endmacro %}
