{% macro parse_file_format(text, errors) %}
    {%- set text = text | string | trim -%}
    {%- set classes = modules.re.fullmatch(
        "(?is)inputformat\\s+'([^'\\\\]+)'\\s+outputformat\\s+'([^'\\\\]+)'", text
    ) -%}
    {%- if classes -%}
        {%- do return({"name": external_tables.redshift_file_format(classes.group(1)), "sql": text}) -%}
    {%- endif -%}
    {%- set known = ["textfile", "parquet", "orc", "avro", "rcfile", "sequencefile"] -%}
    {%- if text | lower not in known -%}
        {%- set nearest = {"csv": "textfile", "json": "textfile", "text": "textfile"}.get(text | lower)
            or external_tables.nearest_name(text, known) -%}
        {%- do errors.append(
            "there is no file_format " ~ text ~ (". Did you mean " ~ nearest ~ "?" if nearest else "; there are "
            ~ known | join(", ") ~ " and inputformat '...' outputformat '...'.")
        ) -%}
    {%- endif -%}
    {%- do return({"name": text | lower, "sql": text | lower}) -%}
{% endmacro %}
