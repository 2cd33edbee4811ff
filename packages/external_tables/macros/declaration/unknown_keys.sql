{% macro unknown_keys(place, given, known, otherwise) %}
    {#- Keys of dbt_external_tables for other warehouses, which mean nothing on Redshift and DuckDB. -#}
    {%- set of_others = [
        "auto_refresh", "aws_sns_topic", "ignore_case", "infer_schema", "integration", "pattern", "refresh_on_create",
        "snowpipe", "table_format", "expression", "options", "using", "data_source", "ansi_nulls", "quoted_identifier",
        "reject_type", "reject_value", "reject_sample_value",
    ] -%}
    {%- set errors = [] -%}
    {%- for key, value in given.items() if key not in known and value is not none -%}
        {%- if key in of_others -%}
            {%- do errors.append(
                place ~ ": " ~ key ~ " is an option of dbt_external_tables for another warehouse, not for Redshift. "
                ~ "Take it out."
            ) -%}
        {%- else -%}
            {%- set nearest = otherwise.get(key) or external_tables.nearest_name(key, known) -%}
            {%- do errors.append(
                place ~ ": there is no " ~ key
                ~ (". Did you mean " ~ nearest ~ "?" if nearest else "; there are " ~ known | join(", ") ~ ".")
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do return(errors) -%}
{% endmacro %}
