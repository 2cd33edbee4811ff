-- One row is a delivery: the files of one month of a raw table, or of a whole table that has no
-- months.
{{ config(materialized='table') }}

with

files as (

    select * from {{ ref('base_tickit__files') }}

),

final as (

    select
        table_name,
        delivery,
        cast(count(*) as integer) as file_count,
        cast(sum(size_bytes) as bigint) as size_bytes,
        max(modified_at) as modified_at,
        delivery_version
    from files
    group by table_name, delivery, delivery_version

)

select * from final
