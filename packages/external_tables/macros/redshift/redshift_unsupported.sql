{% macro redshift_unsupported(table) %}
    {%- set errors = [] -%}
    {%- if not table.location.startswith("s3://") -%}
        {%- do errors.append(
            "Redshift reads external tables from s3:// only, and the location is " ~ table.location
        ) -%}
    {%- endif -%}
    {%- if table.relation.database and table.relation.database | lower != target.database | lower -%}
        {%- do errors.append(
            "its database is " ~ table.relation.database ~ ", and Redshift makes external tables in the one that the "
            ~ "profile connects to, " ~ target.database ~ ". Take `database` out of the source."
        ) -%}
    {%- endif -%}
    {%- do return(errors) -%}
{% endmacro %}
