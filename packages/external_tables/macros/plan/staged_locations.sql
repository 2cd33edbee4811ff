{% macro staged_locations(schema) %}
    {%- do return(adapter.dispatch("staged_locations", "external_tables")(schema)) -%}
{% endmacro %}
