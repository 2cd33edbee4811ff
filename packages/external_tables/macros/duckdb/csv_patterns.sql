{% macro csv_patterns(table) %}
    {#- Regular expressions of one field and of one record. Read are fields without a quote, and fields in quotes, where
        a quote or an escape is doubled or follows the escape. A quote or an escape elsewhere fits neither: the pages do
        not say what becomes of it. -#}
    {%- set properties = external_tables.parse_row_format(table.row_format).properties -%}
    {%- set characters = [] -%}
    {%- for name, default in {"separatorChar": ",", "quoteChar": '"', "escapeChar": "\\"}.items() -%}
        {%- do characters.append("\\x{" ~ properties.get(name, default).encode("utf-32-be").hex() ~ "}") -%}
    {%- endfor -%}
    {%- set separator, quote, escape = characters -%}
    {%- set line_end = "" if properties.get("wholeFile", "") | lower == "true" else "\n" -%}
    {%- set quoted = quote ~ "(?:[^" ~ quote ~ escape ~ line_end ~ "]|" ~ escape ~ "[" ~ quote ~ escape ~ "]|" ~ quote
        ~ quote ~ ")*" ~ quote -%}
    {%- set field = quoted ~ "|[^" ~ separator ~ quote ~ escape ~ "\n]*" -%}
    {%- do return({
        "field": separator ~ "(" ~ field ~ ")",
        "record": "(?:" ~ field ~ ")(?:" ~ separator ~ "(?:" ~ field ~ "))*",
        "line": "(?:" ~ quoted ~ "|[^" ~ quote ~ "\n])+",
        "text": "(?:" ~ quoted ~ "|[^" ~ quote ~ "])*" if not line_end else "",
        "escaped": "[" ~ quote ~ escape ~ "]([" ~ quote ~ escape ~ "])",
        "separator": properties.get("separatorChar", ","),
        "quote": properties.get("quoteChar", '"'),
    }) -%}
{% endmacro %}
