{# The first month for which something was delivered: that of rows to which nothing has happened. #}
{% macro first_month() -%}
    (select min(month_start_date) from {{ ref('stg_tickit__delivered_months') }})
{%- endmacro %}
