{#
    Both engines' own macros look the columns up once more, though dbt's persist_docs names only those that are there.
    dbt-redshift's also sends a comment for each column in each run, a statement each. Here a table that stays gets those
    that have changed.
#}
{% macro redshift__alter_column_comment(relation, column_dict) %}
    {%- set known = {} -%}
    {%- if is_incremental() -%}
        {%- set found = run_query(comments_of_columns(relation)) -%}
        {%- for row in found.rows -%}
            {%- do known.update({row[0]: row[1]}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- for name, column in column_dict.items() if column.description != known.get(name, '') %}
        comment on column {{ relation }}.{{ adapter.quote(name) if column.quote else name }}
        is {{ escape_comment(column.description) }};
    {%- endfor -%}
{% endmacro %}

{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {%- for name, column in column_dict.items() %}
        comment on column {{ relation }}.{{ adapter.quote(name) if column.quote else name }}
        is {{ duckdb_escape_comment(column.description) }};
    {%- endfor -%}
{% endmacro %}
