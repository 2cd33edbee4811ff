{% macro duckdb_check_json(plan) %}
    {#- Adds to a plan of JSON files the errors of their form ("the JSON must be well-formed") and of their values. -#}
    {%- set table = plan.table -%}
    {%- set is_array = external_tables.parse_row_format(table.row_format).properties.get("strip.outer.array", "false")
        | lower == "true" -%}
    {%- set globs = external_tables.duckdb_globs([plan]) -%}
    {#- Objects follow each other, on a line each or not. Without the content of strings, they are an array but for its
        brackets and commas. -#}
    {%- set query -%}
        select filename
        from (
            select
                filename,
                regexp_replace(content, '"(?:[^"\\]|\\.)*"', '""', 'g') as form,
            from read_text([{{ globs }}])
            where trim(content, e' \t\r\n') != ''
        )
        where {% if is_array -%}
            not json_valid(form) or not regexp_matches(form, '^\s*\[')
        {%- else -%}
            not json_valid('[' || regexp_replace(form, '\}\s*\{', '},{', 'g') || ']') or not regexp_matches(form, '^\s*\{')
        {%- endif %}
        order by filename
    {%- endset -%}
    {%- set malformed = [] -%}
    {%- for row in run_query(query).rows -%}
        {%- do malformed.append(row["filename"]) -%}
    {%- endfor -%}
    {%- if malformed -%}
        {%- do plan.errors.append(
            external_tables.some(malformed) ~ ": is not well-formed JSON: "
            ~ ("one array of objects" if is_array else "objects, one after the other; one array of them needs "
            ~ "'strip.outer.array'='true'") ~ ". Correct it."
        ) -%}
        {%- do return(none) -%}
    {%- endif -%}
    {%- set problems = [
        "when json_type(\"$json\") != 'OBJECT' then 'has a value that is not an object'",
        "when len(json_keys(\"$json\")) != len(list_distinct(list_transform(json_keys(\"$json\"), lambda key: "
            ~ external_tables.duckdb_json_key("key", table) ~ "))) then 'has an object with one key twice'",
    ] -%}
    {%- for column in table.columns -%}
        {%- set problem = "has a value of column " ~ column.name ~ " that cannot be read as " ~ column.data_type -%}
        {%- do problems.append(
            "when " ~ external_tables.duckdb_json_misfit(column) ~ " then " ~ external_tables.sql_literal(problem)
        ) -%}
    {%- endfor -%}
    {%- set query -%}
        select filename, problem, count(*) as objects
        from (
            select filename, case {{ problems | join(" ") }} end as problem
            from ({{ external_tables.duckdb_json_objects(globs, table) }})
        )
        where problem is not null
        group by filename, problem
        order by filename, problem
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- do plan.errors.append(
            row["filename"] ~ ": " ~ row["problem"] ~ " (" ~ row["objects"] ~ " of its objects). Correct the file, or "
            ~ "declare another type."
        ) -%}
    {%- endfor -%}
{% endmacro %}
