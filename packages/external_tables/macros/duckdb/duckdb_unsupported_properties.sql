{% macro duckdb_unsupported_properties(table) %}
    {#- Values by TABLE PROPERTIES of CREATE EXTERNAL TABLE. Not among them are those of which the page does not say what
        they give (DROP_ROW: "replaces each value in the row with null", and its example has no such row), or that
        DuckDB's reader cannot give. Properties that are not here change nothing that is read. -#}
    {%- set errors = [] -%}
    {%- set properties = table.table_properties -%}
    {%- set supported_values = {
        "compression_type": ["none"],
        "data_cleansing_enabled": ["true", "false"],
        "invalid_char_handling": ["DISABLED", "FAIL", "SET_TO_NULL", "REPLACE"],
        "replacement_char": [],
        "surplus_char_handling": ["DISABLED", "FAIL", "SET_TO_NULL", "TRUNCATE"],
        "surplus_bytes_handling": ["DISABLED", "FAIL", "SET_TO_NULL", "TRUNCATE", "DROP_ROW"],
        "column_count_mismatch_handling": ["DISABLED", "SET_TO_NULL"],
        "numeric_overflow_handling": ["DISABLED", "FAIL", "SET_TO_NULL"],
        "skip.header.line.count": [],
        "serialization.null.format": [],
    } -%}
    {%- set heeded = properties.get("data_cleansing_enabled") == "true" -%}
    {%- for name, value in properties.items() -%}
        {%- set known = name | lower in supported_values -%}
        {%- set values = supported_values.get(name, []) -%}
        {%- if known and name not in supported_values -%}
            {%- do errors.append(
                "table_properties: write '" ~ name | lower ~ "', not '" ~ name ~ "': Spectrum distinguishes upper and lower case."
            ) -%}
        {%- elif values and value not in values -%}
            {%- do errors.append(
                "'" ~ name ~ "'='" ~ value ~ "' is not supported on DuckDB; " ~ values | join(", ") ~ " "
                ~ ("are" if values | length > 1 else "is") ~ ", in this spelling."
            ) -%}
        {%- elif known and "data_cleansing_enabled" not in properties
            and (name.endswith("_handling") or name == "replacement_char") -%}
            {%- do errors.append(
                "'" ~ name ~ "' has no effect without 'data_cleansing_enabled'='true'. Add it to table_properties."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not modules.re.fullmatch("[0-9]+", properties.get("skip.header.line.count", "0")) -%}
        {%- do errors.append(
            "'skip.header.line.count'='" ~ properties["skip.header.line.count"] ~ "' is not a number of lines."
        ) -%}
    {%- endif -%}
    {%- if heeded and properties.get("invalid_char_handling") == "REPLACE"
        and properties.get("replacement_char", "") | length != 1 -%}
        {%- do errors.append("'invalid_char_handling'='REPLACE' needs a 'replacement_char' of one character.") -%}
    {%- endif -%}
    {%- do return(errors) -%}
{% endmacro %}
