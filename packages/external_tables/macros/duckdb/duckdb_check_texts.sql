{% macro duckdb_check_texts(plans) %}
    {#- Reads every file of these tables once, in one query. -#}
    {%- if not plans -%}
        {%- do return(none) -%}
    {%- endif -%}
    {%- set query -%}
        select
            filename,
            try(decode(content)) is null as is_invalid,
            contains(decode(content, 'replace'), chr(13)) as has_cr,
            -- A byte order mark is no part of the first name.
            ltrim(split_part(decode(content[:65536], 'replace'), chr(10), 1), chr(65279)) as header,
        from read_blob([{{ external_tables.duckdb_globs(plans) }}])
        -- An empty file is no rows, on Spectrum too, and needs no header.
        where size > 0
        order by filename
    {%- endset -%}
    {%- set texts = run_query(query).rows -%}
    {%- for plan in plans -%}
        {%- do external_tables.duckdb_judge_texts(plan, texts) -%}
    {%- endfor -%}
{% endmacro %}
