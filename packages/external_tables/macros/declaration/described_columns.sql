{% macro described_columns(node, errors) %}
    {%- set model_name = node.external.get("columns_of") -%}
    {%- if not model_name -%}
        {%- do return(node.columns.values() | list) -%}
    {%- endif -%}
    {%- for model in graph.nodes.values() if model.resource_type == "model" and model.name == model_name -%}
        {%- do return(model.columns.values() | list) -%}
    {%- endfor -%}
    {%- do errors.append("external.columns_of: there is no model " ~ model_name ~ ".") -%}
    {%- do return([]) -%}
{% endmacro %}
