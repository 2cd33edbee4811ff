{# Fails for columns that are not the declared ones, in name, order or type, and for text longer than declared. It does
   for a Python model what a contract does for SQL: dbt can enforce none there. #}
{% test has_declared_columns(model) %}
    {%- set problems = [] -%}
    {%- set texts = {} -%}
    {#- Compiling without a warehouse (`make lint`), there is nothing to look at. -#}
    {%- if execute and flags.INTROSPECT -%}
        {%- set declared = [] -%}
        {%- for node in graph.nodes.values() if node.relation_name == model | string -%}
            {%- for column in node.columns.values() -%}
                {%- set data_type = external_tables.canonical_type(column.data_type or "no type") -%}
                {%- if data_type.startswith("varchar(") -%}
                    {%- do texts.update({column.name: data_type[8:-1]}) -%}
                {%- endif -%}
                {%- do declared.append(column.name ~ " " ~ type_as_built(data_type)) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set built = [] -%}
        {%- for column in adapter.get_columns_in_relation(model) -%}
            {%- set data_type = external_tables.canonical_type(column.data_type) -%}
            {%- do built.append(column.name ~ " " ~ type_as_built(data_type)) -%}
        {%- endfor -%}
        {%- if built != declared -%}
            {%- do problems.append("built: " ~ built | join(", ") ~ "; declared: " ~ declared | join(", ")) -%}
        {%- endif -%}
    {%- endif -%}
select {{ dbt.string_literal(problems | join) }} as problem
where {{ problems | length }} > 0
    {%- for name, size in texts.items() if not problems %}
union all
select {{ external_tables.sql_literal(name ~ ' holds text longer than varchar(' ~ size ~ ')') }} as problem
from {{ model }}
where {{ length_in_bytes(name) }} > {{ size }}
    {%- endfor %}
{% endtest %}
