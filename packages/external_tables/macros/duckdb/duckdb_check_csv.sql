{% macro duckdb_check_csv(plan) %}
    {#- Adds to a plan of OpenCSV files the errors of their headers, and the first record of each that cannot be read. -#}
    {%- set table = plan.table -%}
    {%- set patterns = external_tables.csv_patterns(table) -%}
    {%- set globs = external_tables.duckdb_globs([plan]) -%}
    {%- set query -%}
        select filename, min(number) as number
        from ({{ external_tables.duckdb_csv_records(globs, table) }})
        where not regexp_full_match(record, {{ external_tables.sql_literal(patterns.record) }})
        group by filename
        {%- if patterns.text %}
        union
        select filename, 0 from read_text([{{ globs }}])
        where not regexp_full_match(content, {{ external_tables.sql_literal(patterns.text) }})
        {%- endif %}
        order by filename, number
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- do plan.errors.append(
            row["filename"] ~ ": " ~ ("record " ~ row["number"] if row["number"] else "a record")
            ~ " has a quote or an escape inside a field that is not completely "
            ~ "quoted, or a quote that is not closed in its line. Correct it; if line ends are within quotes, add "
            ~ "with serdeproperties ('wholeFile'='true')."
        ) -%}
    {%- endfor -%}
    {%- if table.check_header and table.table_properties.get("skip.header.line.count") == "1" -%}
        {%- set query -%}
            select split_part(content, chr(10), 1) as header, filename
            from read_text([{{ globs }}])
            where size > 0
            order by filename
        {%- endset -%}
        {%- set headers = {} -%}
        {%- for row in run_query(query).rows -%}
            {%- do headers.setdefault(row["header"] | replace(patterns.quote, ""), []).append(row["filename"]) -%}
        {%- endfor -%}
        {%- for header, filenames in headers.items() -%}
            {%- set problem = external_tables.header_problem(
                header, patterns.separator, table.columns | map(attribute="name") | list
            ) -%}
            {%- if problem -%}
                {%- do plan.errors.append(external_tables.some(filenames) ~ ": " ~ problem) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
