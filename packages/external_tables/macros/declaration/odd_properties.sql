{% macro odd_properties(properties) %}
    {#- The catalog takes any property, so one that nobody reads is no error; but it may be a slip. -#}
    {%- set known = [
        "skip.header.line.count", "serialization.null.format", "numRows", "compression_type", "data_cleansing_enabled",
        "invalid_char_handling", "replacement_char", "surplus_char_handling", "surplus_bytes_handling",
        "numeric_overflow_handling", "column_count_mismatch_handling", "orc.schema.resolution", "write.parallel",
        "write.maxfilesize.mb", "write.kms.key.id", "classification", "typeOfData", "EXTERNAL", "has_encrypted_data",
        "projection.enabled", "parquet.compression", "orc.compress",
    ] -%}
    {%- set warnings = [] -%}
    {%- for name in properties if name not in known -%}
        {%- set nearest = external_tables.nearest_name(name, known) -%}
        {%- if nearest -%}
            {%- do warnings.append(
                "table_properties: Spectrum reads no property " ~ name ~ ". Did you mean " ~ nearest ~ "?"
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(warnings) -%}
{% endmacro %}
