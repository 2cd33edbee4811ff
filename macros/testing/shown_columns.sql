{# `dbt show` runs such queries and writes what it finds into dbt's log. #}
{% macro shown_columns(relation) %}
    {#- While dbt parses there is no graph yet, and nothing is shown. -#}
    {%- for node in graph.get('nodes', {}).values() if node.relation_name and node.relation_name == relation | string -%}
        {%- set shown = [] -%}
        {%- for column in node.columns.values() if not column.config.meta.contains_personal_data -%}
            {%- do shown.append(column.name) -%}
        {%- endfor -%}
        {%- if shown | length < node.columns | length -%}
            {%- do return(shown | join(', ')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return('*') -%}
{% endmacro %}
