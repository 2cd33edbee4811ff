{% macro duckdb_judge_file(plan, partition, file) %}
    {%- set table = plan.table -%}
    {%- set properties = table.table_properties -%}
    {%- set row_format = external_tables.parse_row_format(table.row_format) -%}
    {%- if table.check_header and properties.get("skip.header.line.count") == "1" -%}
        {%- set problem = external_tables.header_problem(
            (file["header"] or "").rstrip("\r"),
            row_format.properties["field.delim"],
            table.columns | map(attribute="name") | list,
        ) -%}
        {%- if problem -%}
            {%- do plan.errors.append(file["filename"] ~ ": " ~ problem) -%}
        {%- endif -%}
    {%- endif -%}

    {%- set nulls_invalid = external_tables.sets_invalid_to_null(properties) -%}
    {%- if file["has_cr"] or (file["is_invalid"] and nulls_invalid) -%}
        {%- if partition.path not in plan.exact -%}
            {%- do plan.exact.append(partition.path) -%}
        {%- endif -%}
    {%- endif -%}
    {%- if file["has_cr"] -%}
        {%- do plan.warnings.append(file["filename"] ~ " holds carriage returns (CR). Only LF ends a line, "
            ~ "as on Spectrum: a CR is data of its field.") -%}
    {%- endif -%}
    {%- if file["is_invalid"] and not nulls_invalid -%}
        {%- do plan.warnings.append(file["filename"] ~ " is not valid UTF-8; queries of it will fail. To read such a "
            ~ "field as NULL, add 'data_cleansing_enabled'='true', 'invalid_char_handling'='SET_TO_NULL' to "
            ~ "table_properties.") -%}
    {%- endif -%}
{% endmacro %}
