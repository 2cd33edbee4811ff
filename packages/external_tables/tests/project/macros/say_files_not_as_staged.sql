{% macro say_files_not_as_staged() %}
    {%- set inventory = api.Relation.create(database="weather", schema="weather_external", identifier="file") -%}
    {%- for row in run_query(external_tables.files_not_as_staged(inventory)).rows -%}
        {%- do log(row.values() | join(" "), info=true) -%}
    {%- endfor -%}
{% endmacro %}
