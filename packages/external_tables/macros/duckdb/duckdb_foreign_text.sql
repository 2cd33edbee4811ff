{% macro duckdb_foreign_text(filename, text, has_header) %}
    {%- set bytes = text.get("first_bytes") or "" -%}
    {%- set archives = {
        "1F8B": "gzip", "504B0304": "zip", "504B0506": "zip", "425A683": "bzip2", "28B52FFD": "zstd", "FD377A585A00": "xz",
        "377ABCAF271C": "7z", "894C5A4F": "lzo", "04224D18": "lz4", "FF060000734E61507059": "snappy",
    } -%}
    {%- set names = {
        ".gz": "gzip", ".bz2": "bzip2", ".zst": "zstd", ".snappy": "snappy", ".lzo": "lzo", ".lz4": "lz4", ".zip": "zip",
        ".xz": "xz", ".7z": "7z",
    } -%}
    {%- set formats = {
        "504152311": "Parquet", "504152310": "Parquet", "4F52430": "ORC", "4F52431": "ORC", "4F626A01": "Avro",
        "53514C69746520666F726D6174": "a SQLite database", "25504446": "PDF", "D0CF11E0": "an Excel file",
    } -%}
    {%- set encodings = {
        "FFFE0000": "UTF-32", "0000FEFF": "UTF-32", "FFFE": "UTF-16", "FEFF": "UTF-16",
        "(..)000000..000000.*": "UTF-32", "000000..000000.*": "UTF-32", "(?!00)..00(?!00)..00.*": "UTF-16",
        "00(?!00)..00(?!00)...*": "UTF-16",
    } -%}
    {%- for beginning, what in archives.items() if bytes.startswith(beginning) -%}
        {%- do return("is " ~ what ~ ", and compressed text is not supported on DuckDB: unpack it.") -%}
    {%- endfor -%}
    {%- for ending, what in names.items() if filename.lower().endswith(ending) -%}
        {%- do return("is " ~ what ~ " by its name, and compressed text is not supported on DuckDB: unpack it.") -%}
    {%- endfor -%}
    {%- for beginning, what in formats.items() if bytes.startswith(beginning) -%}
        {%- do return("is " ~ what ~ ", and the table is text: correct file_format in the YAML, or take the file away.") -%}
    {%- endfor -%}
    {%- for pattern, what in encodings.items() if modules.re.match(pattern, bytes) -%}
        {%- do return("is " ~ what ~ ", and text is UTF-8: convert it, for example with iconv -f " ~ what ~ " -t UTF-8.") -%}
    {%- endfor -%}
    {%- if bytes.startswith("EFBBBF") and not has_header -%}
        {%- do return(
            "begins with a byte order mark, which would be a part of its first field. Save it as UTF-8 without one."
        ) -%}
    {%- elif text.get("has_cr") and not text.get("has_lf") -%}
        {%- do return(
            "has carriage returns and no line feed, which alone ends a line: convert its line ends, for example with "
            ~ "tr '\\r' '\\n'."
        ) -%}
    {%- endif -%}
    {%- do return("") -%}
{% endmacro %}
