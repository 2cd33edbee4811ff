select
    date_part(century, found_on) as century,
    count(*) as planets
from {{ ref('planets') }}
where found_on is not null
group by 1
