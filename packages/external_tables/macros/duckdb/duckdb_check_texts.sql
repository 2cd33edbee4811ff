{% macro duckdb_check_texts(plans) %}
    {#- Reads every file of these tables once. A small file is read in one piece. A large one would not fit in memory:
        its lines are added up in passing, and it is read in one piece only if they are not all of it. -#}
    {%- set small, large = {}, {} -%}
    {%- for plan in plans -%}
        {#- An empty file is no rows, on Spectrum too, and needs no header. -#}
        {%- for path, size in plan.sizes.items() if size -%}
            {%- do (large if size > 2000000 else small).update({path: size}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set texts = external_tables.duckdb_sound_texts(large) -%}
    {%- set whole = small | list -%}
    {%- for path in large if path not in texts -%}
        {%- do whole.append(path) -%}
    {%- endfor -%}
    {%- if whole -%}
        {%- do texts.update(external_tables.duckdb_whole_texts(whole)) -%}
    {%- endif -%}
    {%- for plan in plans -%}
        {%- do external_tables.duckdb_judge_texts(plan, texts) -%}
    {%- endfor -%}
{% endmacro %}
