{% macro duckdb_check_texts(plans) %}
    {#- Reads every file of these tables once. A small file is looked at as a whole. A large one would not fit in memory:
        its lines are added up in passing, and it is looked at as a whole only if they are not all of it. -#}
    {%- if not plans -%}
        {%- do return(none) -%}
    {%- endif -%}
    {%- set whole, large = [], {} -%}
    {%- set files = "read_blob([" ~ external_tables.duckdb_globs(plans) ~ "])" -%}
    {#- An empty file is no rows, on Spectrum too, and needs no header. -#}
    {%- for file in run_query("select filename, size from " ~ files ~ " where size > 0").rows -%}
        {%- if file["size"] > 64 * 1024 * 1024 -%}
            {%- do large.update({file["filename"]: file["size"]}) -%}
        {%- else -%}
            {%- do whole.append(file["filename"]) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set texts = external_tables.duckdb_sound_texts(large) -%}
    {%- set sound = texts | map(attribute="filename") | list -%}
    {%- do whole.extend(large | reject("in", sound)) -%}
    {%- if whole -%}
        {%- do texts.extend(external_tables.duckdb_whole_texts(whole)) -%}
    {%- endif -%}
    {%- set texts = texts | sort(attribute="filename") -%}
    {%- for plan in plans -%}
        {%- do external_tables.duckdb_judge_texts(plan, texts) -%}
    {%- endfor -%}
{% endmacro %}
