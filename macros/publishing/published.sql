{# The result of a Python model where there is no Python: what DuckDB has published in the lake. #}
{% macro published(name) %}
select
    {% for column in model.columns -%}
    {{ column }}{{ ',' if not loop.last }}
    {% endfor -%}
from {{ source('tickit_published', name) }}
{% endmacro %}
