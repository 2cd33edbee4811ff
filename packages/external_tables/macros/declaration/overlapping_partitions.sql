{% macro overlapping_partitions(partitions) %}
    {#- A folder is read with all below it, so the files of two partitions in one folder would be rows of both. -#}
    {%- set paths = partitions | map(attribute="path") | list -%}
    {%- set depths = modules.re.sub("[^/\n]+", "", paths | join("\n")).split("\n") | unique | list -%}
    {#- Different folders of one depth are not in each other: no need to look at each of thousands. -#}
    {%- if depths | length == 1 and "" not in paths and paths | unique(case_sensitive=true) | list | length == paths | length -%}
        {%- do return([]) -%}
    {%- endif -%}
    {%- set errors, by_path = [], {} -%}
    {%- for partition in partitions -%}
        {%- do by_path.setdefault(partition.path, []).append(partition["values"] | join(", ")) -%}
    {%- endfor -%}
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
