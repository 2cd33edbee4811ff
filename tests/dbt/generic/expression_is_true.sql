{# Fails for rows where the expression is false; where it is NULL, something is unknown and nothing is claimed. #}
{% test expression_is_true(model, expression) %}
select *
from {{ model }}
where not ({{ expression }})
{% endtest %}
