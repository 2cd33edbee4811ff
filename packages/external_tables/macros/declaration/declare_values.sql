{% macro declare_values(vals, place, errors) %}
    {%- if vals is mapping -%}
        {%- set from_macro = external_tables.find_macro(vals.macro or "", place ~ ", vals", errors) -%}
        {%- if from_macro is none -%}
            {%- do return([]) -%}
        {%- endif -%}
        {%- set found = from_macro(**(vals.args or {})) -%}
        {#- A macro without return() gives what it renders, such as the text of a list. -#}
        {%- if found is mapping or (found is string and not modules.re.fullmatch("[^\\s,\\[\\]{}]+", found)) -%}
            {%- set found = none -%}
        {%- endif -%}
        {%- if found is none or found is undefined -%}
            {%- do errors.append(
                place ~ ": the macro " ~ vals.macro ~ " returns no values. End it with return(<a list>)."
            ) -%}
            {%- do return([]) -%}
        {%- endif -%}
        {%- set vals = found -%}
    {%- endif -%}
    {%- if vals is none or vals is undefined -%}
        {%- set vals = [] -%}
    {%- elif vals is string or vals is not iterable -%}
        {%- set vals = [vals] -%}
    {%- endif -%}
    {%- set vals = vals | list -%}
    {%- if not vals -%}
        {%- do errors.append(place ~ " has no values. Write `vals`: a list, or {macro: package.macro, args: {...}}.") -%}
    {%- endif -%}
    {%- for val in vals | reject("string") if val is none or val is boolean or val is iterable -%}
        {%- do errors.append(place ~ ": vals has " ~ val ~ ", which is not a text, number or date.") -%}
    {%- endfor -%}
    {%- do return(vals | map("string") | list) -%}
{% endmacro %}
