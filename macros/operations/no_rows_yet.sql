{# The first build makes the table and later ones add nothing: `record_history` inserts the rows. #}
{% macro no_rows_yet() %}
select * from ({{ dbt.get_empty_schema_sql(model.columns) }}) as typed
where 1 = 0
{% endmacro %}
