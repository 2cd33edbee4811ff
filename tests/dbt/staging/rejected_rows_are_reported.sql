-- Reports every rejected row; a few are no reason to stop, so it warns.
{{ config(severity='warn', meta={'show': 'stg_tickit__rejected_rows'}) }}

select
    table_name,
    reject_reason,
    count(*) as line_count
from {{ ref('stg_tickit__rejected_rows') }}
group by table_name, reject_reason
