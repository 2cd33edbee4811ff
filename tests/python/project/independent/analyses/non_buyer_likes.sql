with non_buyers as (
    select columns('like.*')
    from "user"
    where userid not in (select buyerid from sale)
),

asked as (
    unpivot non_buyers on columns('like.*') into name genre value likes
)

select
    substr(genre, 5) as genre,
    count(*) as liking_non_buyer_count,
    (round(10000.0 * count(*) / (select count(*) from non_buyers)) / 100)::decimal(18, 2) as liking_percent
from asked
where likes
group by all
order by liking_non_buyer_count desc, genre
