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
