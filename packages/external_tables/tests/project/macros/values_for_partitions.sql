{#- What `vals` may name: macros that return lists, a single value or nothing, and one that forgot return(). -#}
{% macro values_for_partitions(kind) %}
    {%- if kind == "dates" -%}
        {%- do return([modules.datetime.date(2024, 1, 31), modules.datetime.date(2024, 2, 1)]) -%}
    {%- elif kind == "integers" -%}
        {%- do return(range(7, 9)) -%}
    {%- elif kind == "query" -%}
        {%- do return(run_query("select * from (values ('a'), ('a'), ('b')) as t (v)").columns[0].values()) -%}
    {%- elif kind == "text" -%}
        {%- do return("only") -%}
    {%- elif kind == "empty" -%}
        {%- do return([]) -%}
    {%- elif kind == "rendered" -%}
        ["a", "b"]
    {%- elif kind == "mapping" -%}
        {%- do return({"a": "b"}) -%}
    {%- endif -%}
{% endmacro %}
