{# An `on-run-start` hook. `dbt clone` runs no hook: see clone.sql. #}
{% macro refuse_false_history() %}
    {#- dbt compile and dbt docs compile hooks as well, without a connection. -#}
    {% if not execute or invocation_args_dict.which not in ('build', 'run', 'snapshot', 'retry') %}
        {{ return('') }}
    {% endif %}
    {% if invocation_args_dict.get('sample') is not none %}
        {{ exceptions.raise_compiler_error(
            "--sample does nothing here, as no model has an event_time: leave it out. For a small build, make a small "
            ~ "lake (make lake SCALE=0.01)."
        ) }}
    {% endif %}
    {% if invocation_args_dict.get('event_time_start') or invocation_args_dict.get('event_time_end') %}
        {{ exceptions.raise_compiler_error(
            "--event-time-start and --event-time-end do nothing here, as no model has an event_time: leave them out. To "
            ~ "load a month again, touch its files, stage them and build (docs/new_data.md)."
        ) }}
    {% endif %}
    {% if flags.FULL_REFRESH %}
        {% do refuse_full_refresh() %}
    {% endif %}
    {% if flags.EMPTY %}
        {% do refuse_to_empty() %}
    {% endif %}
    {% if makes_history() and snapshots_there() %}
        {% if invocation_args_dict.get('defer') %}
            {{ exceptions.raise_compiler_error(
                "--defer would let the snapshots in " ~ snapshots_there()[0].schema ~ " read another target's tables: "
                ~ "leave it out, or defer in a target that has no snapshots."
            ) }}
        {% endif %}
        {% do refuse_another_lake() %}
    {% endif %}
{% endmacro %}
