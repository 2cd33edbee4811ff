-- One row is a file of the raw zone that a source reads, as the last staging found it, with the
-- delivery that it belongs to.
{{ config(materialized='table') }}

with

files as (

    select * from {{ source('tickit_external', 'file') }}

),

declared as (

    {% for table, delivery, folder in declared_deliveries() -%}
        {{ 'union all' if not loop.first }}
        select
            cast({{ external_tables.sql_literal(table) }} as varchar(127)) as table_name,
            cast({{ external_tables.sql_literal(delivery) }} as varchar(7)) as delivery,
            cast({{ external_tables.sql_literal(folder) }} as varchar(1024)) as folder
    {% endfor %}
),

placed as (

    select
        declared.table_name,
        declared.delivery,
        files.path,
        cast(files.size_bytes as bigint) as size_bytes,
        cast(files.modified_at as timestamp) as modified_at,
        files.path || '|' || files.size_bytes || '|' || files.modified_at || '|' || files.version
            as file_version
    from files
    -- Not LIKE, which takes the _ of a name for any character.
    inner join declared on {{ dbt.position('declared.folder', 'files.path') }} = 1

),

versions as (

    select
        table_name,
        delivery,
        {{ fingerprint('file_version') }} as delivery_version
    from placed
    group by table_name, delivery

),

final as (

    select
        placed.table_name,
        placed.delivery,
        versions.delivery_version,
        placed.path,
        placed.size_bytes,
        placed.modified_at
    from placed
    inner join versions
        on
        placed.table_name = versions.table_name
        and placed.delivery = versions.delivery

)

select * from final
