{# The name of a relation, without database, schema and quotes: for messages. #}
{% macro relation_in_words(relation) %}
    {{- return((relation | string).split('.')[-1].strip('"')) -}}
{% endmacro %}
