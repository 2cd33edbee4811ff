{% macro duckdb_read_csv(plan, partitions) %}
    {#- By OpenCSVSerde: fields by position as text, quotes taken off; a short record ends in NULLs. -#}
    {%- set patterns = external_tables.csv_patterns(plan.table) -%}
    {%- set globs = external_tables.duckdb_globs([dict(plan, partitions=partitions)]) -%}
    {%- set quote = external_tables.sql_literal(patterns.quote) -%}
    {%- set sql -%}
(
    select
        {%- for column in plan.table.columns %}
        {%- set field = "fields[" ~ loop.index ~ "]" %}
        case
            when starts_with({{ field }}, {{ quote }})
                then regexp_replace({{ field }}[2:-2], {{ external_tables.sql_literal(patterns.escaped) }}, '\1', 'g')
            else {{ field }}
        end as {{ adapter.quote(column.name) }},
        {%- endfor %}
        filename as "$path",
    from (
        select
            filename,
            case
                when regexp_full_match(record, {{ external_tables.sql_literal(patterns.record) }})
                    then regexp_extract_all(
                        {{ external_tables.sql_literal(patterns.separator) }} || record,
                        {{ external_tables.sql_literal(patterns.field) }}, 1
                    )
                else error('a record that OpenCSVSerde may read otherwise: stage again, which names it')
            end as fields,
        from ({{ external_tables.duckdb_csv_records(globs, plan.table) }})
    )
)
    {%- endset -%}
    {%- do return(sql) -%}
{% endmacro %}
