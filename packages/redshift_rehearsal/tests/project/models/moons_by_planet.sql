{{ config(materialized='view', bind=false) }}

select planet, listagg(moon, ', ') within group (order by moon) as moons
from {{ source('sky', 'moons') }}
group by planet
