{% macro duckdb_wanted(plan, partitions) %}
    {#- Also without the names that Spectrum ignores; duckdb_text_glob matches them. -#}
    {%- set path = external_tables.duckdb_path_column(plan) -%}
    {%- set wanted = ["not regexp_matches(" ~ path ~ ", '(^|/)([._#][^/]*)?$|~$')"] -%}
    {%- if plan.named_by_folders -%}
        {%- set names, values = [], [] -%}
        {%- for column in plan.table.partition_columns -%}
            {%- do names.append(adapter.quote(column.name)) -%}
        {%- endfor -%}
        {%- for partition in partitions -%}
            {%- do values.append(partition["values"] | join("/")) -%}
        {%- endfor -%}
        {#- No value has a | or a /. A search in one text is quicker than one in a list, which matters to 10,000 files. -#}
        {%- do wanted.append(
            "contains('|" ~ values | join("|") ~ "|', '|' || " ~ names | join(" || '/' || ") ~ " || '|')"
        ) -%}
    {%- elif partitions | length == 1 and partitions[0].path -%}
        {%- set folder = external_tables.sql_literal(external_tables.duckdb_folder(plan, partitions[0])) -%}
        {%- do wanted.append("starts_with(" ~ path ~ ", " ~ folder ~ ")") -%}
    {%- endif -%}
    {%- do return(wanted | join("\n    and ")) -%}
{% endmacro %}
