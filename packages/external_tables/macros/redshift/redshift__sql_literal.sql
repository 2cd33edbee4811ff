{% macro redshift__sql_literal(text) %}
    {#- Redshift reads backslash escapes in every literal. Before a quote the octal form: dbt-redshift splits statements
        with sqlparse, which takes \' for a quote inside the literal. -#}
    {%- set escaped = text.replace("\\", "\\\\") -%}
    {%- do return("'" ~ modules.re.sub("\\\\\\\\(?='|$)", "\\\\134", escaped).replace("'", "''") ~ "'") -%}
{% endmacro %}
