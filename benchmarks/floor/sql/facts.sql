-- The two facts, each written once.

create temp table sold as
select
    listing_id,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as quantity_sold,
    sum(price_paid)::decimal(18, 2) as revenue,
    min(sold_at) as first_sold_at,
    max(sold_at) as last_sold_at
from sale
group by listing_id;

create table fct_listings as
select
    listing_id, l.event_id, seller_id, l.date_id, listed_at, listed_at::date as listed_date,
    ticket_count, price_per_ticket, total_price,
    coalesce(sale_count, 0) as sale_count,
    coalesce(quantity_sold, 0) as quantity_sold,
    ticket_count - coalesce(quantity_sold, 0) as quantity_remaining,
    -- Whole hundredths, so that a half is exact in a double and goes away from zero.
    (round(10000 * coalesce(quantity_sold, 0)::double / nullif(ticket_count, 0)) / 100)::decimal(18, 2)
        as sell_through_percent,
    coalesce(quantity_sold, 0) >= ticket_count as is_sold_out,
    coalesce(revenue, 0)::decimal(18, 2) as revenue,
    first_sold_at,
    last_sold_at,
    (first_sold_at::date - listed_at::date)::integer as days_to_first_sale,
    case when quantity_sold >= ticket_count then (last_sold_at::date - listed_at::date)::integer end
        as days_to_sell_out,
    event_name, starts_at as event_starts_at, category_group, category_name,
    venue_name, venue_city, venue_state_code,
    username as seller_username, u.city as seller_city, u.state_code as seller_state_code,
    e.event_id is not null and user_id is not null as has_known_keys
from listing as l
left join sold using (listing_id)
left join event_joined as e on l.event_id = e.event_id
left join "user" as u on seller_id = user_id;

create table fct_sales as
select
    sale_id, s.listing_id, s.event_id, buyer_id, s.seller_id, s.date_id, sold_at, sold_at::date as sold_date,
    quantity_sold,
    (round((100 * price_paid)::double / nullif(quantity_sold, 0)) / 100)::decimal(8, 2) as ticket_price,
    price_paid,
    (round(10000 * (100 * commission)::double / nullif((100 * price_paid)::double, 0)) / 100)::decimal(5, 2) as commission_percent,
    commission,
    (price_paid - commission)::decimal(8, 2) as earnings,
    listed_at,
    event_name, starts_at as event_starts_at,
    (starts_at::date - sold_at::date)::integer as days_before_event,
    category_group, category_name, venue_name, venue_city, venue_state_code,
    buyers.username as buyer_username, buyers.city as buyer_city, buyers.state_code as buyer_state_code,
    sellers.username as seller_username, sellers.city as seller_city, sellers.state_code as seller_state_code,
    l.listing_id is not null and e.event_id is not null and buyers.user_id is not null and sellers.user_id is not null
        as has_known_keys
from sale as s
left join listing as l on s.listing_id = l.listing_id
left join event_joined as e on s.event_id = e.event_id
left join "user" as buyers on buyer_id = buyers.user_id
left join "user" as sellers on s.seller_id = sellers.user_id;
