{#
    dbt's own macro asks the warehouse even where there is none: with this one, `dbt compile --no-introspect` renders the
    first run, and so does a unit test that does not override it.
#}
{% macro is_incremental() %}
    {{ return(execute and flags.INTROSPECT and this and dbt.is_incremental()) }}
{% endmacro %}
