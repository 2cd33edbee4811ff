with u as (
    select
        userid,
        columns('like.*'),
        case
            when userid in (select buyerid from sale) and userid in (select sellerid from sale) then 'both'
            when userid in (select buyerid from sale) then 'buyer'
            when userid in (select sellerid from sale) then 'seller'
            else 'neither'
        end as persona
    from "user"
),

asked as (
    unpivot u on columns('like.*') into name genre value likes
)

select
    persona,
    substr(genre, 5) as genre,
    count(*) as liking_user_count,
    any_value(total.n) as user_count,
    (round(10000.0 * count(*) / any_value(total.n)) / 100)::decimal(5, 2) as liking_percent
from asked
inner join (select persona, count(*) as n from u group by persona) as total using (persona)
where likes
group by persona, genre
