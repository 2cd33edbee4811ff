{% macro header_problem(header, delimiter, columns) %}
    {#- Columns at the end whose names begin with an underscore catch what a line has too much: no header has them. -#}
    {%- set ns = namespace(expected=columns) -%}
    {%- for column in columns | reverse if ns.expected and ns.expected[-1] == column and column[0] == "_" -%}
        {%- set ns.expected = ns.expected[:-1] -%}
    {%- endfor -%}
    {%- set expected = ns.expected -%}
    {%- set found = header.split(delimiter) -%}
    {%- set found_names = found | map("lower") | map("trim") | list -%}
    {%- set expected_names = expected | map("lower") | list -%}
    {%- if found_names in (expected_names, columns | map("lower") | list) -%}
        {%- do return("") -%}
    {%- endif -%}

    {%- set missing = [] -%}
    {%- for name in expected if name | lower not in found_names -%}
        {%- do missing.append(name) -%}
    {%- endfor -%}
    {%- set surplus = [] -%}
    {%- for name in found if name | lower | trim not in expected_names -%}
        {%- do surplus.append(name) -%}
    {%- endfor -%}

    {%- if not header -%}
        {%- set what = "the first line is empty. Put the header there." -%}
    {%- elif found | length == 1 and expected | length > 1 -%}
        {%- set what = "the header has no delimiter '" ~ delimiter ~ "'. Correct row_format, or the file." -%}
    {%- elif missing | length == expected | length -%}
        {%- set what = "the first line names none of the columns: it looks like data. Put a header into the file, or "
            ~ "take 'skip.header.line.count' out of table_properties." -%}
    {%- elif missing and surplus and found | length == expected | length -%}
        {%- set what = "the file calls " ~ surplus | join(", ") ~ " what the YAML calls " ~ missing | join(", ")
            ~ ". Fields are read by position: rename one of the two." -%}
    {%- elif missing -%}
        {%- set what = "the file has no column " ~ missing | join(", ")
            ~ ". Fields are read by position, so all after it would move: add it to the file, or take it out of "
            ~ "the YAML." -%}
    {%- elif surplus -%}
        {%- set what = "the YAML has no column " ~ surplus | join(", ")
            ~ ". Fields are read by position: declare it, in its place." -%}
    {%- else -%}
        {%- set what = "the columns stand in another order. Fields are read by position: declare them in the order "
            ~ "of the file." -%}
    {%- endif -%}
    {%- do return(
        what ~ "\n    header in the file: " ~ header[:200] ~ "\n    declared columns:   " ~ expected | join(delimiter)
    ) -%}
{% endmacro %}
