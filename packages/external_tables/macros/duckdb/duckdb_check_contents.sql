{% macro duckdb_check_contents(plans) %}
    {#- Opens every file of these tables once, in one query, and adds to each plan: errors of the header, and the
        partitions that the fast reader of DuckDB would read otherwise than Spectrum does (`exact`). -#}
    {%- set globs = [] -%}
    {%- for plan in plans -%}
        {%- do plan.update({"exact": []}) -%}
        {%- if plan.table.file_format == "textfile" -%}
            {%- for partition in plan.partitions -%}
                {%- do globs.append(external_tables.sql_literal(external_tables.duckdb_glob(plan, partition))) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not globs -%}
        {%- do return(none) -%}
    {%- endif -%}

    {%- set query -%}
        select
            filename,
            try(decode(content)) is null as is_invalid,
            contains(decode(content, 'replace'), chr(13)) as has_cr,
            -- A byte order mark is no part of the first name.
            ltrim(split_part(decode(content[:65536], 'replace'), chr(10), 1), chr(65279)) as header,
        from read_blob([{{ globs | unique | join(", ") }}])
        order by filename
    {%- endset -%}
    {%- for file in run_query(query) -%}
        {%- for plan in plans if plan.table.file_format == "textfile" -%}
            {%- for partition in plan.partitions
                if file["filename"].startswith(external_tables.duckdb_folder(plan, partition)) -%}
                {%- do external_tables.duckdb_judge_file(plan, partition, file) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
{% endmacro %}
