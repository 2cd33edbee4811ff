{% macro duckdb_unfit_partitions(table) %}
    {%- set errors = [] -%}
    {%- for column in table.partition_columns -%}
        {%- set type = external_tables.spectrum_type(column.data_type) -%}
        {%- set unfit = {} -%}
        {%- set values = table.partitions | map(attribute="values." ~ loop.index0) | unique(case_sensitive=true) | list -%}
        {%- if type.kind == "text" -%}
            {%- for value in values if value.encode() | length > type.bytes -%}
                {%- do unfit.update({value: true}) -%}
            {%- endfor -%}
        {%- else -%}
            {%- set read = external_tables.duckdb_read_value(
                "value", type, {"data_cleansing_enabled": "true", "numeric_overflow_handling": "SET_TO_NULL"}
            ) -%}
            {%- set query = "select value from (select unnest(cast(" ~ external_tables.sql_literal(tojson(values))
                ~ "::json as varchar[])) as value) where " ~ read ~ " is null" -%}
            {%- for row in run_query(query).rows -%}
                {%- do unfit.update({row["value"]: true}) -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if unfit -%}
            {%- do errors.append(
                "partition " ~ column.name ~ " is " ~ column.data_type ~ ", and no such value is "
                ~ external_tables.some(unfit | list) ~ "."
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
