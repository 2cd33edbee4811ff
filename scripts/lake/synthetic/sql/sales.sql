-- Sales of the days from `first` to before `next`, numbered in the order of time. The buyer is a user who likes the category, or
-- anybody; buyers are drawn in blocks of as many as there are tastes, so that a place in the block is a taste.
insert into sale
select
    getvariable('rows_before') + row_number() over () as saleid,
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
        sale_day,
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
        where sale_day >= getvariable('first') and sale_day < getvariable('next')
    )
    order by saletime, listid, candidate
);
