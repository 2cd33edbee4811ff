with sellers as (
    select
        sellerid,
        count(*) as sale_count,
        sum(qtysold) as tickets_sold,
        round(sum(pricepaid) - sum(commission), 2)::decimal(18, 2) as amount_earned
    from sale
    group by sellerid
)

select
    userid as user_id,
    username,
    city,
    state as state_code,
    sale_count,
    tickets_sold,
    amount_earned,
    (round(100 * amount_earned / sale_count) / 100)::decimal(18, 2) as earned_per_sale
from sellers as s
inner join "user" on sellerid = userid
-- At least 999 of 1000 of the others earn less.
where (select 1000 * count(*) from sellers where amount_earned < s.amount_earned) >= 999 * (select count(*) - 1 from sellers)
order by amount_earned desc, user_id
