{% macro described_columns(node) %}
    {%- set model_name = node.external.get("columns_of") -%}
    {%- if not model_name -%}
        {%- do return(node.columns.values() | list) -%}
    {%- endif -%}
    {%- for model in graph.nodes.values() if model.resource_type == "model" and model.name == model_name -%}
        {%- do return(model.columns.values() | list) -%}
    {%- endfor -%}
    {{ exceptions.raise_compiler_error(
        node.source_name ~ "." ~ node.name ~ " has the columns_of " ~ model_name ~ ", and there is no such model ("
        ~ node.original_file_path ~ ")."
    ) }}
{% endmacro %}
