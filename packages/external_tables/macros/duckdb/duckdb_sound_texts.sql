{% macro duckdb_sound_texts(sizes) %}
    {#- The reader leaves out a line with a byte that is not UTF-8 (`ignore_errors`), and of each other line what follows
        a carriage return (`comment`). So a file of which all bytes come out, with a line feed for each line (the last may
        have none), has nothing of both, and no line over the 2,000,000 bytes that this reader takes. It would look the same if it had one carriage return alone, at the end of a
        line, and no line feed at its end. -#}
    {%- set options = "header = %s, delim = chr(1), quote = '', escape = '', hive_partitioning = false" -%}
    {%- set literals, queries, texts = [], [], {} -%}
    {%- for filename in sizes -%}
        {%- do literals.append(external_tables.sql_literal(external_tables.duckdb_escaped(filename))) -%}
    {%- endfor -%}
    {%- set counting -%}
        select filename, sum(strlen(coalesce(line, ''))) + count(*) as bytes,
        from read_csv(
            [{{ literals | join(", ") }}], auto_detect = false, {{ options % "false" }}, strict_mode = false,
            comment = chr(13), ignore_errors = true, filename = true, columns = {'line': 'varchar'}
        )
        group by filename
        having not coalesce(bool_or(contains(line, chr(0))), false)
    {%- endset -%}
    {%- for text in (run_query(counting).rows if literals else [])
        if text["bytes"] - sizes[text["filename"]] in (0, 1) -%}
        {%- set literal = external_tables.sql_literal(external_tables.duckdb_escaped(text["filename"])) -%}
        {%- do queries.append(
            "(select " ~ external_tables.sql_literal(text["filename"]) ~ " as filename, column_name as header"
            ~ " from (describe select * from read_csv(" ~ literal ~ ", all_varchar = true, sample_size = 1, "
            ~ options % "true" ~ ")) limit 1)"
        ) -%}
    {%- endfor -%}
    {%- for text in (run_query(queries | join(" union all ")).rows if queries else []) -%}
        {%- do texts.update({text["filename"]: {"header": text["header"]}}) -%}
    {%- endfor -%}
    {%- do return(texts) -%}
{% endmacro %}
