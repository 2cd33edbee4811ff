{% macro redshift_unsupported(table) %}
    {%- set errors = external_tables.incomplete_columns(table) + external_tables.unfit_inventory(table) -%}
    {%- if not table.location.startswith("s3://") -%}
        {%- do errors.append(
            "Redshift reads external tables from s3:// only, and the location is " ~ table.location
        ) -%}
    {%- endif -%}
    {%- do return(errors) -%}
{% endmacro %}
