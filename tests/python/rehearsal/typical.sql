create table "tickit"."tickit_marts"."fct_sales" as (
    with sales as (
        select
            sale_id,
            listing_id,
            buyer_id,
            event_id,
            quantity_sold,
            price_paid,
            commission,
            sold_at
        from "tickit"."tickit_staging"."stg_tickit__sales"
    ),

    events as (
        select
            event_id,
            event_name,
            venue_id,
            starts_at
        from "tickit"."tickit_staging"."stg_tickit__events"
        where event_name is not null
    ),

    joined as (
        select
            sales.sale_id,
            sales.buyer_id,
            sales.price_paid,
            sales.commission,
            sales.sold_at,
            events.event_name,
            events.venue_id,
            row_number() over (
                partition by sales.buyer_id
                order by sales.sold_at, sales.sale_id
            ) as purchase_number,
            sales.price_paid - sales.commission as proceeds
        from sales
        left join events on sales.event_id = events.event_id
    )

    select
        sale_id,
        buyer_id,
        event_name,
        venue_id,
        sold_at,
        purchase_number,
        proceeds,
        coalesce(price_paid, 0) as price_paid,
        case when purchase_number = 1 then 'first' else 'later' end as purchase_kind,
        proceeds > 1000 as is_large
    from joined
    where sold_at >= '2008-01-01'
    order by sold_at desc, sale_id
);
