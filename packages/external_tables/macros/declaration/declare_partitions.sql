{% macro declare_partitions(partition_columns, errors) %}
    {#- Every combination of the values of all partition columns; the path follows their order. -#}
    {%- set ns = namespace(partitions=[[[], []]] if partition_columns else []) -%}
    {%- for column in partition_columns if column is mapping -%}
        {%- set folders = external_tables.declare_folders(column, errors) -%}
        {%- set longer = [] -%}
        {%- for values, path in ns.partitions -%}
            {%- for value, folder in folders.items() -%}
                {%- do longer.append([values + [value], path + [folder]]) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set ns.partitions = longer -%}
    {%- endfor -%}
    {%- set partitions = [] -%}
    {%- set by_path = {} -%}
    {%- for values, folders in ns.partitions -%}
        {%- set path = folders | join("/") -%}
        {%- do partitions.append({"values": values, "path": path}) -%}
        {%- do by_path.setdefault(path, []).append(values | join(", ")) -%}
    {%- endfor -%}
    {%- do errors.extend(external_tables.overlapping_partitions(by_path)) -%}
    {%- do return(partitions) -%}
{% endmacro %}
