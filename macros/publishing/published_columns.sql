{# dbt has contracts for SQL models and nothing for Python models. #}
{% macro published_columns(relation) %}
    {%- set declared = {} -%}
    {%- for column in model.columns.values() -%}
        {%- do declared.update({column.name: column.data_type}) -%}
    {%- endfor -%}
    {%- set returned = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- if returned | sort != declared | sort or none in declared.values() -%}
        {%- do exceptions.raise_compiler_error(
            model.name ~ " returns the columns " ~ returned | join(", ") ~ "; its YAML declares "
            ~ (declared | join(", ") or "none") ~ ". They have to be the same, each with a data_type."
        ) -%}
    {%- endif -%}
    {%- do return(declared) -%}
{% endmacro %}
