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
    {#- Names in the line, however it is cut into fields. -#}
    {%- set words = modules.re.findall("[^\\s,;|:\"'\\x00-\\x1f]+", header | lower) -%}
    {%- set known = expected_names | select("in", words) | list | length -%}

    {#- A first line that may be data is never shown: it may be a person's. -#}
    {%- if not header -%}
        {%- set what = "the first line is empty. Put the header there." -%}
    {%- elif known * 2 < expected | length -%}
        {%- set what = "the first line names " ~ (known or "none") ~ " of the " ~ expected | length
            ~ " columns: it looks like data, of " ~ found | length ~ " field" ~ ("s" if found | length > 1)
            ~ ". Put the header into the file, as its first line." -%}
    {%- elif found_names | map("replace", '"', "") | list == expected_names -%}
        {%- set what = "the header has its names in quotes, and a quote is data here: take them out of the file." -%}
    {%- elif found | length == 1 and expected | length > 1 -%}
        {%- set what = "the header has no delimiter '" ~ delimiter ~ "'. Correct row_format, or the file." -%}
    {%- elif missing and surplus and found | length == expected | length -%}
        {%- set what = "the file calls " ~ external_tables.some(surplus) ~ " what the YAML calls " ~ external_tables.some(missing)
            ~ ". Fields are read by position: rename one of the two." -%}
    {%- elif missing -%}
        {%- set what = "the file has no column " ~ external_tables.some(missing)
            ~ ". Fields are read by position, so all after it would move: add it to the file, or take it out of "
            ~ "the YAML." -%}
    {%- elif surplus -%}
        {%- set what = "the YAML has no column " ~ external_tables.some(surplus)
            ~ ". Fields are read by position: declare it, in its place." -%}
    {%- else -%}
        {%- set what = "the columns stand in another order. Fields are read by position: declare them in the order "
            ~ "of the file." -%}
    {%- endif -%}
    {%- set shown = "" if not header or known * 2 < expected | length
        else "\n    header in the file: " ~ external_tables.some([header[:200]]) -%}
    {%- do return(what ~ shown ~ "\n    declared columns:   " ~ expected | join(delimiter)) -%}
{% endmacro %}
