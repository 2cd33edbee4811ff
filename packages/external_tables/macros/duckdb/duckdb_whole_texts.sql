{% macro duckdb_whole_texts(filenames) %}
    {#- Each file is completely in memory. DuckDB's reader takes no line of more than 2,000,000 bytes. -#}
    {%- set literals = [] -%}
    {%- for filename in filenames -%}
        {%- do literals.append(external_tables.sql_literal(external_tables.duckdb_escaped(filename))) -%}
    {%- endfor -%}
    {%- set query -%}
        select
            filename,
            first_bytes,
            -- A zero byte is UTF-8, and no text on Redshift holds one.
            not is_utf8 or contains(text, chr(0)) as is_invalid,
            contains(text, chr(13)) as has_cr,
            contains(text, chr(10)) as has_lf,
            case
                when size > 2000000
                    then list_max(list_transform(string_split(text, chr(10)), lambda line: strlen(line))) > 2000000
            end as has_long_line,
            -- A byte order mark is no part of the first name.
            ltrim(split_part(left(text, 65536), chr(10), 1), chr(65279)) as header,
        from (
            select
                filename,
                size,
                hex(content[:16]) as first_bytes,
                try(decode(content)) is not null as is_utf8,
                -- Of a copy: DuckDB 1.5 puts the replacements into the bytes themselves.
                decode(content || ''::blob, 'replace') as text,
            from read_blob([{{ literals | join(", ") }}])
        )
    {%- endset -%}
    {%- set texts = {} -%}
    {%- for text in run_query(query).rows -%}
        {%- do texts.update({text["filename"]: text.dict()}) -%}
    {%- endfor -%}
    {%- do return(texts) -%}
{% endmacro %}
