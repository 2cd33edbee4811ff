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
    {#- Without a transaction a failure leaves what was done before: these lines say what that is. -#}
    {%- for plan in changed -%}
        {%- do log(
            plan.table.name ~ ": " ~ plan.statements | length ~ " statements, for: " ~ plan.result ~ ". Should one fail, "
            ~ "the tables above are done, this one is changed in part, those below are not begun; the next run goes on "
            ~ "from there.",
            info=true
        ) -%}
        {%- for sql in plan.statements -%}
            {%- do run_query("begin; commit; " ~ sql) -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
