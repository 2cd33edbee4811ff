{% macro unknown_options(external) %}
    {#- A key with a slip in it would be ignored, and the table then read another way. dbt itself checks none of them. -#}
    {%- set errors = external_tables.unknown_keys("external", external, [
        "location", "file_format", "row_format", "table_properties", "partitions", "inventory_of", "columns_of",
        "check_header", "allow_empty", "undeclared_partitions",
    ], {"stored_as": "file_format", "format": "file_format", "serde": "row_format"}) -%}
    {%- if not external.location -%}
        {%- do errors.append("external has no location. Write where the files are, or take `external` out.") -%}
    {%- endif -%}
    {%- for key in ("location", "file_format", "row_format", "inventory_of", "columns_of")
        if external.get(key) and external.get(key) is not string -%}
        {%- do errors.append("external." ~ key ~ " is not a text.") -%}
    {%- endfor -%}
    {%- for key in ("check_header", "allow_empty") if external.get(key) is not none
        and external.get(key) | string | lower not in ("true", "false", "1", "0", "yes", "no") -%}
        {%- do errors.append("external." ~ key ~ " is " ~ external.get(key) ~ ", and may be true or false.") -%}
    {%- endfor -%}
    {%- set partitions = external.partitions or [] -%}
    {%- if partitions is string or partitions is mapping or partitions is not iterable -%}
        {%- do errors.append("external.partitions is not a list of partition columns.") -%}
        {%- do return(errors) -%}
    {%- endif -%}
    {%- for partition in partitions -%}
        {%- if partition is not mapping -%}
            {%- do errors.append(
                "external.partitions: " ~ partition ~ " is not a mapping with name, data_type, vals and path_macro."
            ) -%}
            {%- continue -%}
        {%- endif -%}
        {%- set place = "partition " ~ (partition.name or "without a name") -%}
        {%- do errors.extend(external_tables.unknown_keys(
            place, partition, ["name", "data_type", "vals", "path_macro", "description", "meta"],
            {"values": "vals", "path": "path_macro", "type": "data_type"},
        )) -%}
        {%- if partition.vals is mapping -%}
            {%- do errors.extend(external_tables.unknown_keys(
                place ~ ", vals", partition.vals, ["macro", "args"], {"arguments": "args"}
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
