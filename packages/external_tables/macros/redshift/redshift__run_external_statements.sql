{% macro redshift__run_external_statements(plans) %}
    {#- "You can't run CREATE EXTERNAL TABLE inside a transaction", says Redshift's documentation, and the same of ALTER
        TABLE on an external table. A hook may have opened one, so each statement first closes it: begin, because a
        commit alone complains where there is none. With autocommit off the driver itself opens the next transaction
        (redshift_connector, Cursor.execute), and nothing here could prevent it. -#}
    {%- set changed = plans | selectattr("statements") | list -%}
    {%- if changed and target.get("autocommit", true) is false -%}
        {{ exceptions.raise_compiler_error(
            "External tables cannot be changed in a transaction: take `autocommit: false` out of the profile."
        ) }}
    {%- endif -%}
    {#- An error cannot be caught here: what a failure leaves is said before it. -#}
    {%- if changed -%}
        {%- do log(
            "Redshift has no transaction for external tables. Should a statement fail, the last table named here is changed "
            ~ "in part, those before it are done, those after it are not begun; the next run goes on from there.",
            info=true
        ) -%}
    {%- endif -%}
    {%- for plan in changed -%}
        {%- do log("changing " ~ plan.table.name, info=true) -%}
        {%- for sql in plan.statements -%}
            {%- do run_query("begin; commit; " ~ sql) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
