{% macro declare_folders(column, errors) %}
    {%- set place = "partition " ~ (column.name or "without a name") -%}
    {%- set known_errors = errors | length -%}
    {%- set path_macro = column.path_macro or "external_tables.key_value" -%}
    {%- set folder_of = external_tables.find_macro(path_macro, place ~ ", path_macro", errors) -%}
    {%- set vals = external_tables.declare_values(column.vals, place, errors) -%}
    {%- if errors | length > known_errors -%}
        {%- do return({}) -%}
    {%- endif -%}
    {#- By position, as dbt_external_tables calls it; by name where the macro has these names, in whatever order. -#}
    {%- set arguments = folder_of.get_macro().arguments -%}
    {%- set by_name = ("name" in arguments and "value" in arguments) or not arguments -%}
    {#- A call of a macro takes 0.1 ms, which is a second for 10,000 partitions. -#}
    {%- set own_macros = {"external_tables.key_value": column.name ~ "=", "external_tables.value_only": ""} -%}
    {%- set folders = {} -%}
    {%- for val in vals -%}
        {%- if path_macro in own_macros -%}
            {%- set folder = own_macros[path_macro] ~ val -%}
        {%- elif by_name -%}
            {%- set folder = folder_of(name=column.name, value=val) -%}
        {%- else -%}
            {%- set folder = folder_of(column.name, val) -%}
        {%- endif -%}
        {#- A macro without return() gives what it renders, with the lines around it; a blank may be of the value. -#}
        {%- set folder = folder | string -%}
        {%- do folders.update({val: (folder.strip() if "\n" in folder else folder).strip("/")}) -%}
    {%- endfor -%}
    {%- do return(folders) -%}
{% endmacro %}
