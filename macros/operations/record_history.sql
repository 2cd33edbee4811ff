{#
    The row in job_runs is deleted first and inserted last, so a run without it was not recorded whole: dbt-redshift
    repeats a statement on a new connection when another transaction was in its way, and what its own transaction had
    done before is lost. Recording the run again repairs it.
#}
{% macro record_history(rows) %}
    {% set tables = ['job_runs', 'job_steps', 'job_nodes', 'job_tests'] %}
    {% set run_ids = [] %}
    {% for run in rows.job_runs %}{% do run_ids.append(external_tables.sql_literal(run.run_id)) %}{% endfor %}
    {% for table in tables %}
        {% set relation = history_table(table) %}
        {% call statement('delete_' ~ table) %}
            delete from {{ relation }} where run_id in ({{ run_ids | join(', ') }})
        {% endcall %}
    {% endfor %}
    {% for table in tables[1:] + tables[:1] if rows[table] %}
        {% call statement('insert_' ~ table) %}{{ insert_history(table, rows[table]) }}{% endcall %}
    {% endfor %}
    {#- dbt commits after a model, and after an operation not. -#}
    {% do adapter.commit() %}
{% endmacro %}
