-- One row is a day, a raw table and a reason: the lines of files of that day that were rejected.
{{ config(materialized='table') }}

with

rejected as (

    select * from {{ ref('stg_tickit__rejected_rows') }}

),

files as (

    select * from {{ ref('base_tickit__files') }}

),

final as (

    select
        cast(files.modified_at as date) as file_date,
        rejected.table_name,
        rejected.reject_reason,
        cast(count(*) as integer) as row_count,
        cast(count(distinct rejected.source_file) as integer) as file_count
    from rejected
    left join files on rejected.source_file = files.path
    group by cast(files.modified_at as date), rejected.table_name, rejected.reject_reason

)

select * from final
