{# A where clause: only the months that are to be built anew. Nothing on a first run, which builds all. #}
{% macro where_in_changed_months(column) -%}
    {#- Named on every run, so that dbt knows of it when it parses. -#}
    {%- do ref('stg_tickit__delivered_months') -%}
    {%- if builds_on_itself() -%}
        where {{ is_in_months(column, changed_months()) }}
    {%- endif -%}
{%- endmacro %}
