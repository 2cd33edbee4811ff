{% macro duckdb_check_serdes(plans) %}
    {#- Looks into every file of CSV and JSON. How Spectrum reads a carriage return, a byte order mark, a zero byte or
        no page documents what is not UTF-8 there, so it is an error. -#}
    {%- for plan in plans -%}
        {%- set query -%}
            select
                filename,
                case
                    when try(decode(content)) is null or contains(decode(content, 'replace'), chr(0))
                        then 'is not valid UTF-8'
                    when starts_with(decode(content, 'replace'), chr(65279)) then 'begins with a byte order mark'
                    {%- if plan.text_format == "csv" %}
                    when contains(decode(content, 'replace'), chr(13)) then 'has carriage returns'
                    {%- endif %}
                end as problem,
            from read_blob([{{ external_tables.duckdb_globs([plan]) }}])
            where problem is not null
            order by filename
        {%- endset -%}
        {%- set problems = {} -%}
        {%- for row in run_query(query).rows -%}
            {%- do problems.setdefault(row["problem"], []).append(row["filename"]) -%}
        {%- endfor -%}
        {%- for problem, filenames in problems.items() -%}
            {%- do plan.errors.append(
                external_tables.some(filenames) ~ ": " ~ problem ~ ", which is not supported on DuckDB in "
                ~ plan.text_format | upper ~ ". Write the file in UTF-8, with line feeds."
            ) -%}
        {%- endfor -%}
        {%- if problems -%}
        {%- elif plan.text_format == "csv" -%}
            {%- do external_tables.duckdb_check_csv(plan) -%}
        {%- else -%}
            {%- do external_tables.duckdb_check_json(plan) -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
