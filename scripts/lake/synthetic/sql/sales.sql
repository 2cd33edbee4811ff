-- The last of the orders that become sales: the one that makes their number exact.
create table last_order as
with
    bin as (
        select floor(level * 4096)::bigint as bin, count(*) as orders
        from placed_order
        group by bin
    ),
    reached as (
        select bin, (sum(orders) over (order by bin))::bigint as orders_so_far, orders from bin
    )
select level, listid, candidate
from placed_order
inner join reached on floor(level * 4096)::bigint = bin
where orders_so_far >= getvariable('sales') and orders_so_far - orders < getvariable('sales')
qualify
    row_number() over (order by level, listid, candidate) + orders_so_far - orders = getvariable('sales');

create view sold as
select placed_order.*
from placed_order
cross join last_order
where (placed_order.level, placed_order.listid, placed_order.candidate)
    <= (last_order.level, last_order.listid, last_order.candidate);

-- One price level for the whole lake gives the revenue that is published, times the scale.
set variable price_level = (
    select getvariable('revenue') / (sum(qtysold * round(100 * price)::bigint)::double / 100) from sold
);

-- One row per sale, in the order of time, which is the order of saleid. The buyer is a user who likes the category, or
-- anybody; buyers are drawn in blocks of as many as there are tastes, so that a place in the block is a taste.
create table sale as
select
    row_number() over () as saleid,
    *,
from (
    select
        listid,
        sellerid,
        if(
            buyer_userid(buyer) = sellerid,
            buyer_userid(if(buyer >= len(getvariable('tastes')), buyer - len(getvariable('tastes')),
                buyer + len(getvariable('tastes')))),
            buyer_userid(buyer)
        ) as buyerid,
        eventid,
        qtysold,
        (qtysold * final_price(price))::decimal(8, 2) as pricepaid,
        saletime,
    from (
        select
            *,
            if(
                uniform('loyal', listid, candidate) < getvariable('loyalty'),
                places[pick(len(places), uniform('taste', listid, candidate))],
                pick(len(getvariable('tastes')), uniform('taste', listid, candidate)) - 1
            ) as place,
            len(getvariable('tastes'))
            * trader(
                getvariable('buyers') // len(getvariable('tastes')),
                uniform('buyer', listid, candidate)
            )
            + place as buyer,
        from sold
        inner join category_market using (catid)
    )
    order by saletime, listid, candidate
);

create view sale_out as
select
    saleid,
    listid,
    sellerid,
    buyerid,
    eventid,
    1827 + date_diff('day', date '2008-01-01', saletime) as dateid,
    qtysold,
    pricepaid,
    (pricepaid * getvariable('commission_rate'))::decimal(8, 2) as commission,
    saletime,
from sale;
