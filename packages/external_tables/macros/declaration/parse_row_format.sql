{% macro parse_row_format(text) %}
    {#- What the catalog keeps of a row format: the reader (serde) and its properties. Hive's reader of delimited text
        is the default; without a delimiter it takes the character 1. -#}
    {%- set serde = modules.re.search("(?i)^serde\\s+'([^']*)'", text) -%}
    {%- if serde -%}
        {%- do return({
            "serde": serde.group(1),
            "properties": external_tables.parse_properties(text[serde.end():]),
        }) -%}
    {%- endif -%}

    {%- set properties = {"field.delim": "\\001"} -%}
    {%- set clauses = {
        "field.delim": "fields\\s+terminated\\s+by",
        "line.delim": "lines\\s+terminated\\s+by",
    } -%}
    {%- for property, clause in clauses.items() -%}
        {%- set found = modules.re.search("(?i)" ~ clause ~ "\\s+'((?:[^']|'')*)'", text) -%}
        {%- if found -%}
            {%- do properties.update({property: found.group(1).replace("''", "'")}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for property, value in properties.items() -%}
        {%- do properties.update({property: external_tables.unescape(value)}) -%}
    {%- endfor -%}
    {%- do return({
        "serde": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "properties": properties,
    }) -%}
{% endmacro %}
