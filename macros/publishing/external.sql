{# What DuckDB publishes as a file is on Redshift a copy of it: who may read the copy need not read the external schema,
   which grants all of its tables or none. #}
{% materialization external, adapter='redshift' %}
    {{- return(materialization_table_redshift()) -}}
{% endmaterialization %}
