{% macro duckdb__staged_locations(schema) %}
    {%- set locations = {} -%}
    {%- for view, notes in external_tables.duckdb_staged_views().items()
        if notes.definition and view.startswith(schema.render() | lower ~ '."') -%}
        {%- do locations.update({view.split('"')[-2]: notes.definition.location}) -%}
    {%- endfor -%}
    {%- do return(locations) -%}
{% endmacro %}
