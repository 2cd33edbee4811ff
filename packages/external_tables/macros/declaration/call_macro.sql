{% macro call_macro(name, arguments) %}
    {%- set package, _, macro = name.rpartition(".") -%}
    {%- set namespace = context[package] if package else context -%}
    {%- if not namespace or macro not in namespace -%}
        {{ exceptions.raise_compiler_error(
            "An external table names the macro " ~ name ~ ", which does not exist. Write it as package.macro."
        ) }}
    {%- endif -%}
    {%- do return(namespace[macro](**arguments)) -%}
{% endmacro %}
