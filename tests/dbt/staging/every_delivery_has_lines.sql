-- Reports deliveries that have files and not one line: empty files, or headers alone.
{{ config(severity='warn') }}

select
    deliveries.table_name,
    deliveries.delivery,
    deliveries.file_count,
    deliveries.size_bytes
from {{ ref('base_tickit__deliveries') }} as deliveries
inner join {{ ref('base_tickit__line_counts') }} as counts
    on deliveries.delivery_version = counts.delivery_version
where counts.line_count = 0
