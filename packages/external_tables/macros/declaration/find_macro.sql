{% macro find_macro(name, place, errors) %}
    {%- set package, _, macro = name.rpartition(".") -%}
    {#- A source that was written for dbt_external_tables names its macros of paths; without that package, ours do. -#}
    {%- if package == "dbt_external_tables" and package not in context -%}
        {%- set package = "external_tables" -%}
    {%- endif -%}
    {%- set namespace = context.get(package, {}) if package else context -%}
    {%- if not macro or macro not in namespace -%}
        {%- do errors.append(
            place ~ " names the macro " ~ name ~ ", which does not exist. Write it as package.macro."
        ) -%}
        {%- do return(none) -%}
    {%- endif -%}
    {%- do return(namespace[macro]) -%}
{% endmacro %}
