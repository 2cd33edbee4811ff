{% macro files_not_as_staged(inventory) %}
    {#- Lists the folder of an inventory now. For a data test that runs after what reads the files. -#}
    {%- do return(adapter.dispatch("files_not_as_staged", "external_tables")(inventory)) -%}
{% endmacro %}

{% macro default__files_not_as_staged(inventory) %}
    {#- Spectrum tells neither size nor time of a file. -#}
    {%- do return("select path, path as problem from " ~ inventory ~ " where 1 = 0") -%}
{% endmacro %}
