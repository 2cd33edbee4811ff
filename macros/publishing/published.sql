{% macro published(name) %}
select
    {% for column in model.columns -%}
    {{ column }}{{ ',' if not loop.last }}
    {% endfor -%}
from {{ source('tickit_published', name) }}
{% endmacro %}
