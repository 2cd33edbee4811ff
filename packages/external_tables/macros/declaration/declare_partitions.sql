{% macro declare_partitions(partition_columns) %}
    {#- Every combination of the values of all partition columns; the path follows their order. -#}
    {%- set ns = namespace(partitions=[{"values": [], "path": ""}] if partition_columns else []) -%}
    {%- for column in partition_columns -%}
        {%- set vals = column.vals -%}
        {%- if vals is mapping -%}
            {%- set vals = external_tables.call_macro(vals.macro, vals.args or {}) -%}
        {%- elif vals is string -%}
            {%- set vals = [vals] -%}
        {%- endif -%}
        {%- set longer = [] -%}
        {%- for partition in ns.partitions -%}
            {%- for val in vals or [] -%}
                {%- set folder = external_tables.call_macro(
                    column.path_macro or "external_tables.key_value", {"name": column.name, "value": val | string}
                ) -%}
                {%- do longer.append({
                    "values": partition["values"] + [val | string],
                    "path": partition.path ~ "/" ~ folder if partition.path else folder,
                }) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set ns.partitions = longer -%}
    {%- endfor -%}
    {%- do return(ns.partitions) -%}
{% endmacro %}
