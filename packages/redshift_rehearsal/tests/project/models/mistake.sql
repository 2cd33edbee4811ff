select distinct on (name) name, radius_km
from {{ ref('planets') }}
