-- One row is a raw line that was rejected: it could not be typed, or its key is on an earlier
-- line.
{{ config(materialized='table') }}

{% for table, base in base_models().items() %}
    {% set fields = raw_tables()[table].fields %}
    {% if not loop.first %}union all{% endif %}
    select
        cast({{ external_tables.sql_literal(table) }} as varchar(127)) as table_name,
        cast(source_file as varchar(1024)) as source_file,
        line,
        reject_reason
    from {{ base }}
    where reject_reason is not null

    union all

    select
        cast({{ external_tables.sql_literal(table) }} as varchar(127)) as table_name,
        cast(ranked.source_file as varchar(1024)) as source_file,
        cast({{ typed_line('ranked', fields) }} as varchar(8000)) as line,
        cast('{{ fields[0][0] }} repeats an earlier line''s' as varchar(200)) as reject_reason
    from ({{ lines_with_repeated_key(base, table) }}) as ranked
    where ranked.occurrence > 1
{% endfor %}
