{#
    Is this an incremental run that may ask the warehouse what is there? dbt's own is_incremental() asks the warehouse
    even where there is none: `dbt compile --no-introspect` renders the first run.

    `--full-refresh` of a big table (`meta.is_big`) reads years of raw text anew, on Redshift for money: a slip of the
    hand is refused.
#}
{% macro builds_on_itself() %}
    {#- A unit test has no `this`, unless it is of an incremental run. -#}
    {% if not (execute and flags.INTROSPECT and this) %}
        {{ return(false) }}
    {% endif %}
    {% if
        flags.FULL_REFRESH
        and (config.get('meta') or {}).get('is_big')
        and load_cached_relation(this) is not none
        and env_var('TICKIT_REBUILD_FACTS', 'no') != 'yes'
    %}
        {{ exceptions.raise_compiler_error(
            this.identifier ~ " is big, and --full-refresh would build all of it anew. New and changed files come in "
            ~ "without it; if its code has changed, set TICKIT_REBUILD_FACTS=yes and run again."
        ) }}
    {% endif %}
    {{ return(is_incremental()) }}
{% endmacro %}
