{% macro overlapping_partitions(by_path) %}
    {#- A folder is read with all below it, so the files of two partitions in one folder would be rows of both. -#}
    {%- set errors = [] -%}
    {%- for path, values in by_path.items() if values | length > 1 -%}
        {%- do errors.append("the partitions " ~ external_tables.some(values) ~ " have one folder, " ~ path ~ "/.") -%}
    {%- endfor -%}
    {%- for path, values in by_path.items() if errors | length < 3 -%}
        {%- set folders = path.split("/") -%}
        {%- for depth in range(folders | length) if (folders[:depth] | join("/") in by_path) and path -%}
            {%- do errors.append(
                "the folder of partition " ~ values[0] ~ ", " ~ path ~ "/, is inside that of "
                ~ by_path[folders[:depth] | join("/")][0] ~ "."
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
