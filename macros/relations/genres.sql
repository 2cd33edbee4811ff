{# The genres that users are asked about; each is a column likes_<genre> of users. #}
{% macro genres() %}
    {{ return([
        'sports', 'theatre', 'concerts', 'jazz', 'classical', 'opera', 'rock', 'vegas', 'broadway', 'musicals',
    ]) }}
{% endmacro %}
