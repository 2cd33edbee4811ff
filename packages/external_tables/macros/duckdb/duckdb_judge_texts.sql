{% macro duckdb_judge_texts(plan, texts) %}
    {#- Adds to the plan: errors of headers, and the partitions that DuckDB's own reader would read otherwise than
        Spectrum (`exact`), which duckdb_read_text_exactly reads. -#}
    {%- set table = plan.table -%}
    {%- set properties = table.table_properties -%}
    {%- set handling = external_tables.data_handling(properties).invalid -%}
    {%- set has_header = table.check_header and properties.get("skip.header.line.count") == "1" -%}
    {%- set delimiter = external_tables.parse_row_format(table.row_format).properties["field.delim"] -%}
    {%- set column_names = table.columns | map(attribute="name") | list -%}

    {%- set headers = {} -%}
    {%- set with_cr = [] -%}
    {%- set invalid = [] -%}
    {%- set exact = {} -%}
    {%- set foreign = {} -%}
    {%- for filename, partition in plan.partition_of.items() if filename in texts -%}
        {%- set text = texts[filename] -%}
        {%- set problem = external_tables.duckdb_foreign_text(
            filename, text, properties.get("skip.header.line.count", "0") != "0"
        ) -%}
        {%- if problem -%}
            {%- do foreign.setdefault(problem, []).append(filename) -%}
        {%- else -%}
            {%- do headers.setdefault(text.header or "", []).append(filename) -%}
            {%- if text.has_cr -%}
                {%- do with_cr.append(filename) -%}
            {%- endif -%}
            {%- if text.is_invalid -%}
                {%- do invalid.append(filename) -%}
            {%- endif -%}
            {%- if text.has_cr or text.has_long_line
                or (text.is_invalid and handling in ("SET_TO_NULL", "REPLACE")) -%}
                {%- do exact.update({partition: 1}) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do plan.update({"exact": exact | list}) -%}

    {%- for problem, filenames in foreign.items() -%}
        {%- do plan.errors.append(external_tables.some(filenames) ~ ": " ~ problem) -%}
    {%- endfor -%}

    {%- for header, filenames in headers.items() if has_header -%}
        {%- set problem = external_tables.header_problem(header.rstrip("\r"), delimiter, column_names) -%}
        {%- if problem -%}
            {%- do plan.errors.append(external_tables.some(filenames) ~ ": " ~ problem) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if with_cr -%}
        {%- do plan.content_warnings.append(
            external_tables.some(with_cr) ~ ": has carriage returns. Only a line feed ends a line, as on Spectrum: "
            ~ "a carriage return is data of its field, in a Windows file of the last one."
        ) -%}
    {%- endif -%}
    {%- if invalid and properties.get("data_cleansing_enabled") != "true" -%}
        {%- do plan.content_warnings.append(
            external_tables.some(invalid) ~ ": is not valid UTF-8 in some field, and such a field is NULL. To keep the "
            ~ "rest of its text, add 'data_cleansing_enabled'='true', 'invalid_char_handling'='REPLACE' and a "
            ~ "'replacement_char' to table_properties."
        ) -%}
    {%- elif invalid and handling == "DISABLED" -%}
        {%- do plan.errors.append(
            external_tables.some(invalid) ~ ": is not valid UTF-8, and nobody knows what Spectrum makes of it with "
            ~ "data cleansing on and no 'invalid_char_handling'. Add 'invalid_char_handling'='REPLACE' and a "
            ~ "'replacement_char', or 'SET_TO_NULL', to table_properties."
        ) -%}
    {%- elif invalid and handling == "FAIL" -%}
        {%- do plan.content_warnings.append(
            external_tables.some(invalid) ~ ": is not valid UTF-8, so queries of it fail, as "
            ~ "'invalid_char_handling'='FAIL' says."
        ) -%}
    {%- endif -%}
{% endmacro %}
