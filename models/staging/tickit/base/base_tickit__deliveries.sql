-- One row is a delivery: the files of one month of a raw table, or of a whole table that has no
-- months.
{{ config(materialized='table') }}

with

files as (

    select * from {{ source('tickit_external', 'file') }}

),

placed as (

    select
        {{ dbt.split_part('path', "'/'", 2) }} as table_name,
        {{ dbt.split_part('path', "'/'", 3) }} as folder,
        path,
        size_bytes,
        modified_at
    from files

),

final as (

    select
        cast(table_name as varchar(8)) as table_name,
        cast(case
            when {{ dbt.position("'_month='", 'folder') }} > 0
                then {{ dbt.split_part('folder', "'='", 2) }}
            else 'all'
        end as varchar(7)) as delivery,
        cast(count(*) as integer) as file_count,
        cast(sum(cast(size_bytes as bigint)) as bigint) as size_bytes,
        max(cast(modified_at as timestamp)) as modified_at,
        {{ fingerprint("path || '|' || size_bytes || '|' || modified_at") }} as delivery_version
    from placed
    group by 1, 2

)

select * from final
