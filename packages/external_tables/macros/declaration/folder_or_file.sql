{% macro folder_or_file(location) %}
    {#- A folder, with a slash at its end; or a file, which has none: a name such as people.csv or manifest. -#}
    {%- set name = location.rpartition("/")[2] -%}
    {%- if modules.re.search("[^.][.][A-Za-z][A-Za-z0-9]*$|manifest$", name) -%}
        {%- do return(location) -%}
    {%- endif -%}
    {%- do return(location.rstrip("/") ~ "/") -%}
{% endmacro %}
