{% macro unfit_inventory(table) %}
    {#- DuckDB makes the four columns, and Redshift reads them from a file by position: both must mean the same. -#}
    {%- set errors = [] -%}
    {%- if table.inventory_of -%}
        {%- set names = table.columns | map(attribute="name") | map("lower") | list -%}
        {%- if names != ["path", "size_bytes", "modified_at", "version"] -%}
            {%- do errors.append(
                "an inventory has the columns path, size_bytes, modified_at, version, in this order, and declared are "
                ~ (names | join(", ") or "none") ~ "."
            ) -%}
        {%- endif -%}
        {%- if table.partition_columns -%}
            {%- do errors.append("an inventory has no partitions: take them out of the YAML.") -%}
        {%- endif -%}
    {%- endif -%}
    {%- do return(errors) -%}
{% endmacro %}
