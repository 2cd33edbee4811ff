{{ config(materialized='incremental', unique_key='name', incremental_strategy='merge') }}

select top 2 name, radius_km, nvl(found_on, '1600-01-01'::date) as known_since
from {{ ref('planets') }}
order by radius_km desc
