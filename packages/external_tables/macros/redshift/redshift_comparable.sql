{% macro redshift_comparable(definition, declared) %}
    {#- What the catalog tells differs from what was declared, though it is the same:
        - it adds properties of its own (EXTERNAL, transient_lastDdlTime ...): of those not declared, only the ones that
          change how Spectrum reads are compared, so that one taken out of the YAML is still noticed;
        - svv_external_partitions cuts a location after 128 characters;
        - it may leave out the default delimiter, or repeat the delimiter as serialization.format;
        - it may or may not say the default end of line. -#}
    {%- set meaningful = declared.table_properties.keys() | list + [
        "skip.header.line.count", "serialization.null.format", "compression_type", "data_cleansing_enabled",
        "invalid_char_handling", "replacement_char", "surplus_char_handling", "surplus_bytes_handling",
        "numeric_overflow_handling", "column_count_mismatch_handling", "orc.schema.resolution",
    ] -%}
    {%- set properties = {} -%}
    {%- for name, value in definition.table_properties.items() if name in meaningful -%}
        {%- do properties.update({name: value}) -%}
    {%- endfor -%}
    {%- set partitions = {} -%}
    {%- for name, location in definition.partitions.items() -%}
        {%- do partitions.update({name: location[:128].rstrip("/")}) -%}
    {%- endfor -%}
    {%- set row_format = definition.row_format -%}
    {%- if row_format -%}
        {%- set row_properties = dict(row_format.properties) -%}
        {%- do row_properties.pop("serialization.format", none) -%}
        {%- if row_format.serde == external_tables.parse_row_format("").serde -%}
            {%- do row_properties.setdefault("field.delim", "\x01") -%}
        {%- endif -%}
        {%- if row_properties.get("line.delim") == "\n" -%}
            {%- do row_properties.pop("line.delim") -%}
        {%- endif -%}
        {%- set row_format = {"serde": row_format.serde, "properties": row_properties} -%}
    {%- endif -%}
    {%- do return(dict(definition, table_properties=properties, partitions=partitions, row_format=row_format)) -%}
{% endmacro %}
