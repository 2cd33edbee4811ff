{% macro redshift__run_external_statements(statements) %}
    {#- "You can't run CREATE EXTERNAL TABLE inside a transaction", says Redshift's documentation, and the same of ALTER
        TABLE on an external table. A hook may have opened one, so each statement first closes it: begin, because a
        commit alone complains where there is none. With autocommit off the driver itself opens the next transaction
        (redshift_connector, Cursor.execute), and nothing here could prevent it. -#}
    {%- if statements and target.get("autocommit", true) is false -%}
        {{ exceptions.raise_compiler_error(
            "External tables cannot be changed in a transaction: take `autocommit: false` out of the profile."
        ) }}
    {%- endif -%}
    {%- for sql in statements -%}
        {%- do run_query("begin; commit; " ~ sql) -%}
    {%- endfor -%}
{% endmacro %}
