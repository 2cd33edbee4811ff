{% macro selected_external_sources(select=none) %}
    {%- set external = [] -%}
    {%- for node in graph.sources.values() if node.external -%}
        {%- do external.append(node) -%}
    {%- endfor -%}
    {%- set external = external | sort(attribute="unique_id", case_sensitive=true) -%}
    {%- if not select -%}
        {%- do return(external) -%}
    {%- endif -%}

    {%- if select is mapping or select is not iterable -%}
        {{ exceptions.raise_compiler_error(
            "select is neither a text nor a list. Write source or source.table, several separated by a space or in a list."
        ) }}
    {%- endif -%}
    {%- set names = (select if select is string else select | join(" ")).split() -%}
    {%- set selected = [] -%}
    {%- set found = [] -%}
    {%- for node in external -%}
        {%- for name in names if name in (node.source_name, node.source_name ~ "." ~ node.name) -%}
            {%- do found.append(name) -%}
            {%- if node not in selected -%}
                {%- do selected.append(node) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {#- A name with a slip in it would stage nothing, and look like success. -#}
    {%- set unknown = names | reject("in", found) | list -%}
    {%- if unknown -%}
        {%- set known = [] -%}
        {%- for node in external -%}
            {%- do known.append(node.source_name ~ "." ~ node.name) -%}
        {%- endfor -%}
        {{ exceptions.raise_compiler_error(
            "No external source is called " ~ unknown | join(" or ") ~ ". There are: " ~ known | join(", ")
            ~ ". Select by source or by source.table, several separated by a space."
        ) }}
    {%- endif -%}
    {%- do return(selected) -%}
{% endmacro %}
