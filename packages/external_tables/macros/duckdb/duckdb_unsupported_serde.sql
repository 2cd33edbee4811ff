{% macro duckdb_unsupported_serde(table) %}
    {%- set errors = [] -%}
    {%- set row_format = external_tables.parse_row_format(table.row_format) -%}
    {%- set text_format = external_tables.duckdb_text_format(table) -%}
    {%- set flags = ["true", "false"] -%}
    {%- set supported = {
        "delimited": {"field.delim": [], "line.delim": ["\n"]},
        "csv": {"separatorChar": [], "quoteChar": [], "escapeChar": [], "wholeFile": flags},
        "json": {
            "strip.outer.array": flags, "case.insensitive": flags, "dots.in.keys": flags,
            "ignore.malformed.json": ["false"],
        },
        "": {},
    }[text_format] -%}
    {%- if not text_format -%}
        {%- do errors.append(
            "row_format serde '" ~ row_format.serde ~ "' is not supported on DuckDB; \"delimited fields terminated by "
            ~ "'...'\", OpenCSVSerde and JsonSerDe are."
        ) -%}
    {%- endif -%}
    {%- for name, value in row_format.properties.items() if text_format -%}
        {%- if name == "line.delim" and value != "\n" -%}
            {%- do errors.append("row_format: lines that end otherwise than by \\n are not supported on DuckDB.") -%}
        {%- elif name not in supported and not (text_format == "json" and name.startswith("mapping.")) -%}
            {%- do errors.append("row_format: the property " ~ name ~ " is not supported on DuckDB.") -%}
        {%- elif supported.get(name) and value | lower not in supported[name] -%}
            {%- do errors.append("row_format: '" ~ name ~ "'='" ~ value ~ "' is not supported on DuckDB.") -%}
        {%- elif text_format == "csv" and not supported[name] and (value | length != 1 or value in "\r\n") -%}
            {%- do errors.append("row_format: " ~ name ~ " is not one character.") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set unheeded = {
        "csv": ["serialization.null.format"],
        "json": ["serialization.null.format", "skip.header.line.count"],
    }.get(text_format, []) -%}
    {%- for name in unheeded if name in table.table_properties -%}
        {%- do errors.append("'" ~ name ~ "' is not supported on DuckDB for " ~ row_format.serde ~ ".") -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
