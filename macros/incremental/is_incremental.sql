{#
    Replaces dbt's macro of the same name, which asks the warehouse even where there is none: `dbt compile
    --no-introspect` renders the first run, and so does a unit test that does not override this macro.
#}
{% macro is_incremental() %}
    {{ return(execute and flags.INTROSPECT and this and dbt.is_incremental()) }}
{% endmacro %}
