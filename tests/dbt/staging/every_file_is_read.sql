-- Reports files of the raw zone that no source reads, by their place: the folder of a table that is
-- not declared, or of a month outside the declared ones (dbt_project.yml). Declare it, or move it
-- away.
{{ config(severity='warn') }}

with

unread as (

    select
        {{ dbt.split_part('files.path', "'/'", 2) }} as table_folder,
        {{ dbt.split_part('files.path', "'/'", 3) }} as month_folder
    from {{ source('tickit_external', 'file') }} as files
    where files.path not in (select known.path from {{ ref('base_tickit__files') }} as known)

)

select
    'raw_tickit_data/' || table_folder || '/' || month_folder as place,
    count(*) as file_count
from unread
group by table_folder, month_folder
