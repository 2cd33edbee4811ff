{% macro relation_in_words(relation) %}
    {{- return((relation | string).split('.')[-1].strip('"')) -}}
{% endmacro %}
