{% macro say_months(start, end) %}
    {%- do log(external_tables.months_in_range(start, end) | join(" "), info=true) -%}
{% endmacro %}
