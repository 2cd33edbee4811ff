{% macro staged_locations(schema) %}
    {#- Where the staged tables of a schema read: {table: location, without a slash at its end}. -#}
    {%- do return(adapter.dispatch("staged_locations", "external_tables")(schema)) -%}
{% endmacro %}
