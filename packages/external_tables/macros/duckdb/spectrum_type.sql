{% macro spectrum_type(data_type) %}
    {#- A type of CREATE EXTERNAL TABLE: its kind, its name on DuckDB, and the size of a text; {} for any other. -#}
    {%- set name, _, size = external_tables.canonical_type(data_type).partition("(") -%}
    {%- set size = size.rstrip(")") -%}
    {%- if name in ("varchar", "char", "string") -%}
        {#- Redshift's sizes when none is given, and its largest. -#}
        {%- set bytes = {"": {"varchar": 256, "char": 1, "string": 65535}[name], "max": 65535}.get(size, size | int) -%}
        {%- do return({"kind": "text", "name": "VARCHAR", "bytes": bytes}) -%}
    {%- elif name == "decimal" -%}
        {%- set precision, _, scale = (size or "18").partition(",") -%}
        {%- do return({
            "kind": "decimal",
            "name": "DECIMAL(" ~ precision ~ "," ~ (scale or "0") ~ ")",
            "scale": scale | int,
        }) -%}
    {%- endif -%}
    {%- set kind, duckdb_name = {
        "smallint": ("integer", "SMALLINT"), "int": ("integer", "INTEGER"), "bigint": ("integer", "BIGINT"),
        "real": ("float", "FLOAT"), "double": ("float", "DOUBLE"), "boolean": ("boolean", "BOOLEAN"),
        "date": ("date", "DATE"), "timestamp": ("timestamp", "TIMESTAMP"),
    }.get(name, ("", "")) -%}
    {%- do return({"kind": kind, "name": duckdb_name} if kind and not size else {}) -%}
{% endmacro %}
