{# What DuckDB materializes as `external`, a published file and a view on it, is on Redshift the view alone. #}
{% materialization external, adapter='redshift' %}
    {{- return(materialization_view_redshift()) -}}
{% endmaterialization %}
