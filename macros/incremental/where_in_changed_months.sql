{#
    A where clause: only the months that are to be built anew, and the rows that meet a condition, if one is given. Nothing on a first run, which builds all.
#}
{% macro where_in_changed_months(column, or_when=none) -%}
    {#- Named on every run, so that dbt knows of it when it parses. -#}
    {%- do ref('stg_tickit__delivered_months') -%}
    {%- if builds_on_itself() -%}
        where {{ is_in_months(column, changed_months()) }} {{- ' or ' ~ or_when if or_when }}
    {%- endif -%}
{%- endmacro %}
