{% macro declare_partitions(partition_columns, errors) %}
    {#- The path follows the order of the columns. -#}
    {%- set ns = namespace(partitions=[{"values": [], "path": ""}] if partition_columns else []) -%}
    {%- for column in partition_columns if column is mapping -%}
        {%- set folders = external_tables.declare_folders(column, errors) -%}
        {%- set longer = [] -%}
        {%- for partition in ns.partitions -%}
            {%- set values = partition["values"] -%}
            {%- set above = partition.path ~ "/" if values else "" -%}
            {%- for value, folder in folders.items() -%}
                {%- do longer.append({"values": values + [value], "path": above ~ folder}) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- set ns.partitions = longer -%}
    {%- endfor -%}
    {%- do errors.extend(external_tables.overlapping_partitions(ns.partitions)) -%}
    {%- do return(ns.partitions) -%}
{% endmacro %}
