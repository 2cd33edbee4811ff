{% macro folder_or_file(location) %}
    {#- A name such as people.csv or manifest is a file's. -#}
    {%- set name = location.rpartition("/")[2] -%}
    {%- if modules.re.search("[^.][.][A-Za-z][A-Za-z0-9]*$|manifest$", name) -%}
        {%- do return(location) -%}
    {%- endif -%}
    {%- do return(location.rstrip("/") ~ "/") -%}
{% endmacro %}
