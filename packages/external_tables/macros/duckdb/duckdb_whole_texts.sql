{% macro duckdb_whole_texts(filenames) %}
    {#- Each file is in memory as a whole. -#}
    {%- set literals = [] -%}
    {%- for filename in filenames -%}
        {%- do literals.append(external_tables.sql_literal(filename)) -%}
    {%- endfor -%}
    {%- set query -%}
        select
            filename,
            -- A zero byte is UTF-8, and no text on Redshift holds one.
            try(decode(content)) is null or contains(decode(content, 'replace'), chr(0)) as is_invalid,
            contains(decode(content, 'replace'), chr(13)) as has_cr,
            -- A byte order mark is no part of the first name.
            ltrim(split_part(decode(content[:65536], 'replace'), chr(10), 1), chr(65279)) as header,
        from read_blob([{{ literals | join(", ") }}])
    {%- endset -%}
    {%- set texts = [] -%}
    {%- for text in run_query(query).rows -%}
        {%- do texts.append(text.dict()) -%}
    {%- endfor -%}
    {%- do return(texts) -%}
{% endmacro %}
