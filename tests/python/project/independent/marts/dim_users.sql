select
    u.userid as user_id,
    u.username,
    u.city,
    u.state as state_code,
    s.state_name,
    s.country,
    s.region,
    s.division,
    case
        when bought.n > 0 and sold.n > 0 then 'both'
        when bought.n > 0 then 'buyer'
        when sold.n > 0 then 'seller'
        else 'neither'
    end as persona,
    bought.n as purchase_count,
    bought.tickets as tickets_bought,
    bought.amount as amount_spent,
    bought.first as first_bought_at,
    bought.last as last_bought_at,
    sold.n as sale_count,
    sold.tickets as tickets_sold,
    sold.amount as amount_earned,
    sold.first as first_sold_at,
    sold.last as last_sold_at
from "user" as u
left join states as s on u.state = s.state_code
cross join lateral (
    select
        count(*) as n,
        coalesce(sum(qtysold), 0) as tickets,
        round(coalesce(sum(pricepaid), 0), 2)::decimal(18, 2) as amount,
        min(saletime) as first,
        max(saletime) as last
    from sale
    where buyerid = u.userid
) as bought
cross join lateral (
    select
        count(*) as n,
        coalesce(sum(qtysold), 0) as tickets,
        round(coalesce(sum(pricepaid) - sum(commission), 0), 2)::decimal(18, 2) as amount,
        min(saletime) as first,
        max(saletime) as last
    from sale
    where sellerid = u.userid
) as sold
