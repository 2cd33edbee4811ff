{% macro absolute_location(location) %}
    {#- A view outlives the directory that dbt ran in: a dashboard opens the database from elsewhere. -#}
    {%- if modules.re.match("^[a-z0-9]+://", location) -%}
        {%- do return(location) -%}
    {%- endif -%}
    {#- DuckDB leaves out of a file's name the parts that name no folder (`.` and `//`). -#}
    {%- set location = modules.re.sub("/(\\./)+", "/", modules.re.sub("^(\\./)+", "", modules.re.sub("//+", "/", location))) -%}
    {%- if location.startswith("~/") -%}
        {%- do return(env_var("HOME") ~ location[1:]) -%}
    {%- elif modules.re.match("^(/|[A-Za-z]:)", location) -%}
        {%- do return(location) -%}
    {%- endif -%}
    {%- set root = invocation_args_dict.project_dir | string -%}
    {#- dbt keeps --project-dir as it was typed; the shell knows where that was. -#}
    {%- if not modules.re.match("^(/|[A-Za-z]:)", root) -%}
        {%- set root = env_var("PWD") ~ "/" ~ root -%}
    {%- endif -%}
    {%- do return(root.rstrip("/") ~ "/" ~ location) -%}
{% endmacro %}
