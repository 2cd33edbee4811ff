-- The assertions of the project's data tests, table by table in one scan each. A statement gives one row; a column is
-- an assertion and counts what fails it. `warn_` counts are reported, all others must be 0. What a mart carries on
-- unchanged from a raw table is asserted there alone.

select
    count(*) - (select line_count from lines where table_name = 'sale')
        + (select count(*) from stg_tickit__rejected_rows where table_name = 'sale') as raw_lines_are_staged_or_rejected,
    count(*) - (select count(*) from sale) as as_many_rows_as_staged,
    count(*) - count_distinct_whole(sale_id) as sale_id_is_unique,
    12 * count(*) - count(sale_id) - count(listing_id) - count(event_id) - count(buyer_id) - count(seller_id)
        - count(date_id) - count(sold_at) - count(quantity_sold) - count(ticket_price) - count(price_paid)
        - count(commission) - count(commission_percent) as required_is_not_null,
    count_if(quantity_sold not between 1 and 8) as quantity_sold_in_range,
    count_if(ticket_price < 0.01) as ticket_price_in_range,
    count_if(price_paid < 0.01) as price_paid_in_range,
    count_if(commission < 0) as commission_in_range,
    count_if(earnings < 0) as earnings_in_range,
    count_if(price_paid <> commission + earnings) as price_is_commission_and_earnings,
    count_if(days_before_event < 0) as warn_days_before_event_in_range,
    count_if(listed_at > sold_at) as warn_listed_before_sold,
    count_if(buyer_id = seller_id) as warn_buyer_is_not_seller,
    count_if(abs(commission - 0.15 * price_paid) >= 0.01) as warn_commission_is_15_percent,
    count_if(not has_known_keys) as warn_keys_are_known,
    count_if(date_id not in (select date_id from dim_dates)) as warn_date_is_known,
    (100 * count_if(not has_known_keys) > count(*))::integer as unknown_keys_are_tolerable,
    (sum(price_paid) <> (select sum(price_paid) from sale))::integer as price_reconciles,
    (sum(commission) <> (select sum(commission) from sale))::integer as commission_reconciles,
    (sum(quantity_sold) <> (select sum(quantity_sold) from sale))::integer as quantity_reconciles,
    (sum(earnings) <> sum(price_paid) - sum(commission))::integer as earnings_reconcile
from fct_sales;

select
    count(*) - (select line_count from lines where table_name = 'listing')
        + (select count(*) from stg_tickit__rejected_rows where table_name = 'listing') as raw_lines_are_staged_or_rejected,
    count(*) - (select count(*) from listing) as as_many_rows_as_staged,
    count(*) - count_distinct_whole(listing_id) as listing_id_is_unique,
    12 * count(*) - count(listing_id) - count(event_id) - count(seller_id) - count(date_id) - count(listed_at)
        - count(ticket_count) - count(price_per_ticket) - count(total_price) - count(sale_count)
        - count(quantity_sold) - count(sell_through_percent) - count(revenue) as required_is_not_null,
    count_if(ticket_count not between 1 and 60) as ticket_count_in_range,
    count_if(price_per_ticket < 0.01) as price_per_ticket_in_range,
    count_if(total_price < 0.01) as total_price_in_range,
    count_if(total_price <> ticket_count * price_per_ticket) as warn_total_is_count_times_price,
    count_if(sale_count < 0) as sale_count_in_range,
    count_if(quantity_sold < 0) as quantity_sold_in_range,
    count_if(quantity_sold > ticket_count) as warn_listings_are_not_oversold,
    count_if(sell_through_percent < 0) as sell_through_in_range,
    count_if(is_sold_out <> (quantity_remaining <= 0)) as sold_out_is_nothing_left,
    count_if(revenue < 0) as revenue_in_range,
    count_if(sale_count > 0 and (quantity_sold < 1 or revenue < 0.01)) as sales_have_tickets_and_revenue,
    count_if(first_sold_at > last_sold_at) as first_sale_is_not_after_last,
    count_if((days_to_first_sale is null) <> (sale_count = 0)) as unsold_has_no_first_sale,
    count_if(not has_known_keys) as warn_keys_are_known,
    count_if(date_id not in (select date_id from dim_dates)) as warn_date_is_known,
    (100 * count_if(not has_known_keys) > count(*))::integer as unknown_keys_are_tolerable,
    -- Sales of an unknown listing are in the other fact alone.
    (sum(revenue) <> (select sum(price_paid) from fct_sales where listed_at is not null))::integer
        as revenue_reconciles_with_fct_sales,
    (sum(quantity_sold) <> (select sum(quantity_sold) from fct_sales where listed_at is not null))::integer
        as tickets_reconcile_with_fct_sales
from fct_listings;

-- What a row and another that it names both say.
select
    count_if(s.seller_id <> l.seller_id) as warn_seller_is_the_listings,
    count_if(s.event_id <> l.event_id) as warn_event_is_the_listings,
    count_if(s.price_paid <> s.quantity_sold * l.price_per_ticket) as warn_price_is_quantity_times_the_listings
from fct_sales as s
inner join fct_listings as l using (listing_id);

select count(*) as warn_date_is_the_day_of_sold_at
from fct_sales
inner join dim_dates using (date_id)
where sold_date <> calendar_date;

select count(*) as warn_date_is_the_day_of_listed_at
from fct_listings
inner join dim_dates using (date_id)
where listed_date <> calendar_date;

select count(*) as warn_date_is_the_day_of_starts_at
from dim_events
inner join dim_dates using (date_id)
where event_date <> calendar_date;

select
    count(*) - (select line_count from lines where table_name = 'user')
        + (select count(*) from stg_tickit__rejected_rows where table_name = 'user') as raw_lines_are_staged_or_rejected,
    count(*) - (select count(*) from "user") as as_many_rows_as_staged,
    count(*) - count_distinct_whole(user_id) as user_id_is_unique,
    count(*) - count(distinct username) as username_is_unique,
    count(*) - (select count(*) from dim_non_buyers) - count_if(persona in ('buyer', 'both'))
        as non_buyers_and_buyers_are_all_users,
    11 * count(*) - count(user_id) - count(username) - count(city) - count(state_code) - count(persona)
        - count(purchase_count) - count(tickets_bought) - count(amount_spent) - count(sale_count)
        - count(tickets_sold) - count(amount_earned) as required_is_not_null,
    count_if(persona not in ('buyer', 'seller', 'both', 'neither')) as persona_is_accepted,
    count_if(region not in ('Northeast', 'Midwest', 'South', 'West', 'Canada')) as region_is_accepted,
    count_if(state_code is not null and state_name is null) as warn_state_is_known,
    count_if(purchase_count < 0 or tickets_bought < 0 or amount_spent < 0) as purchases_in_range,
    count_if(sale_count < 0 or tickets_sold < 0 or amount_earned < 0) as sales_in_range,
    count_if(purchase_count > 0 and (tickets_bought < 1 or amount_spent < 0.01)) as buyers_bought,
    count_if(sale_count > 0 and (tickets_sold < 1 or amount_earned < 0.01)) as sellers_sold,
    count_if(purchase_count > 0 and (first_bought_at is null or last_bought_at is null)) as buyers_have_times,
    count_if(sale_count > 0 and (first_sold_at is null or last_sold_at is null)) as sellers_have_times,
    count_if(first_bought_at > last_bought_at) as first_purchase_is_not_after_last,
    count_if(first_sold_at > last_sold_at) as first_sale_is_not_after_last,
    count_if(
        (persona in ('buyer', 'both')) <> (purchase_count > 0) or (persona in ('seller', 'both')) <> (sale_count > 0)
    ) as persona_fits_the_counts,
    (sum(amount_spent) <> (select sum(price_paid) from fct_sales where buyer_username is not null))::integer
        as spent_reconciles_with_fct_sales,
    (sum(amount_earned) <> (select sum(earnings) from fct_sales where seller_username is not null))::integer
        as earned_reconciles_with_fct_sales
from dim_users;

select
    count(*) - count_distinct_whole(user_id) as user_id_is_unique,
    count_if(user_id not in (select user_id from dim_users)) as user_is_known,
    4 * count(*) - count(user_id) - count(username) - count(city) - count(persona)
        as required_is_not_null,
    count_if(persona not in ('seller', 'neither')) as persona_is_accepted,
    count_if(like_count not between 0 and 10) as like_count_in_range
from dim_non_buyers;

select
    count(*) - (select line_count from lines where table_name = 'event')
        + (select count(*) from stg_tickit__rejected_rows where table_name = 'event') as raw_lines_are_staged_or_rejected,
    count(*) - (select count(*) from event) as as_many_rows_as_staged,
    count(*) - count_distinct_whole(event_id) as event_id_is_unique,
    6 * count(*) - count(event_id) - count(venue_id) - count(category_id) - count(date_id) - count(event_name)
        - count(starts_at) as required_is_not_null,
    count_if(category_group not in ('Sports', 'Shows', 'Concerts')) as category_group_is_accepted,
    count_if(venue_id not in (select venue_id from dim_venues)) as warn_venue_is_known,
    count_if(category_group is null) as warn_category_is_known,
    count_if(date_id not in (select date_id from dim_dates)) as warn_date_is_known
from dim_events;

select
    count(*) - (select line_count from lines where table_name = 'venue')
        + (select count(*) from stg_tickit__rejected_rows where table_name = 'venue') as raw_lines_are_staged_or_rejected,
    count(*) - (select count(*) from venue) as as_many_rows_as_staged,
    count(*) - count(distinct venue_id) as venue_id_is_unique,
    3 * count(*) - count(venue_id) - count(city) - count(state_code) as required_is_not_null,
    count_if(seat_count < 1) as seat_count_in_range,
    count_if(country not in ('United States', 'Canada')) as country_is_accepted,
    count_if(region not in ('Northeast', 'Midwest', 'South', 'West', 'Canada')) as region_is_accepted,
    count_if(state_code is not null and state_name is null) as warn_state_is_known
from dim_venues;

select
    count(*) - (select line_count from lines where table_name = 'date')
        + (select count(*) from stg_tickit__rejected_rows where table_name = 'date') as raw_lines_are_staged_or_rejected,
    count(*) - (select count(*) from date) as as_many_rows_as_staged,
    count(*) - count(distinct date_id) as date_id_is_unique,
    count(*) - count(distinct calendar_date) as calendar_date_is_unique,
    8 * count(*) - count(date_id) - count(calendar_date) - count(day_of_month) - count(week_of_year)
        - count(month_of_year) - count(quarter_of_year) - count(calendar_year) - count(is_holiday)
        as required_is_not_null,
    count_if(day_of_month not between 1 and 31) as day_of_month_in_range,
    count_if(day_of_week not between 0 and 6) as day_of_week_in_range,
    count_if(week_of_year not between 1 and 53) as week_of_year_in_range,
    count_if(month_of_year not between 1 and 12) as month_of_year_in_range,
    count_if(quarter_of_year not between 1 and 4) as quarter_of_year_in_range,
    count_if(calendar_year <> 2008) as warn_calendar_year_is_2008,
    count_if(calendar_date not between date '2008-01-01' and date '2008-12-31') as warn_calendar_date_is_in_2008,
    count_if(month(calendar_date) <> month_of_year or day(calendar_date) <> day_of_month) as parts_fit_the_date
from dim_dates;

select
    count(*) - (select line_count from lines where table_name = 'category')
        + (select count(*) from stg_tickit__rejected_rows where table_name = 'category') as raw_lines_are_staged_or_rejected,
    count(*) - count(distinct category_id) as category_id_is_unique,
    count(*) - count(distinct category_name) as category_name_is_unique,
    4 * count(*) - count(category_id) - count(category_group) - count(category_name) - count(category_description)
        as required_is_not_null,
    count_if(category_id not between 1 and 11) as category_id_in_range,
    count_if(category_group not in ('Sports', 'Shows', 'Concerts')) as category_group_is_accepted
from category;

select
    count(*) - count(distinct (persona, genre)) as persona_and_genre_are_unique,
    count_if(persona not in ('buyer', 'seller', 'both', 'neither')) as persona_is_accepted,
    count_if(genre not in ('sports', 'theatre', 'concerts', 'jazz', 'classical', 'opera', 'rock', 'vegas', 'broadway',
        'musicals')) as genre_is_accepted,
    count_if(liking_user_count < 1 or user_count < 1) as counts_in_range,
    count_if(liking_user_count > user_count) as no_more_like_than_there_are,
    count_if(liking_percent not between 0 and 100) as liking_percent_in_range,
    (sum(liking_user_count) <> (
        select
            count_if(likes_sports) + count_if(likes_theatre) + count_if(likes_concerts) + count_if(likes_jazz)
            + count_if(likes_classical) + count_if(likes_opera) + count_if(likes_rock) + count_if(likes_vegas)
            + count_if(likes_broadway) + count_if(likes_musicals)
        from "user"
    ))::integer as likes_match_the_users
from rpt_likes_by_persona;

select
    count(*) - count(distinct state_code) as state_code_is_unique,
    count(*) - count(distinct state_name) as state_name_is_unique,
    3 * count(*) - count(state_code) - count(state_name) - count(division) as required_is_not_null,
    count_if(country not in ('United States', 'Canada')) as country_is_accepted,
    count_if(region not in ('Northeast', 'Midwest', 'South', 'West', 'Canada')) as region_is_accepted
from states;

select
    count(*) - count(distinct holiday_date) as holiday_date_is_unique,
    count(*) - count(distinct holiday_name) as holiday_name_is_unique,
    3 * count(*) - count(holiday_date) - count(holiday_name) - count(is_federal) as required_is_not_null,
    count_if(holiday_date not between date '2008-01-01' and date '2008-12-31') as holiday_date_in_2008
from holidays_2008;

select
    count(*) as warn_rejected_rows,
    4 * count(*) - count(table_name) - count(source_file) - count(line) - count(reject_reason) as required_is_not_null
from stg_tickit__rejected_rows;

-- A broken delivery: more than 1 % of a table's lines rejected, or none that could be used.
select count(*) as rejected_share_is_tolerable
from lines
left join (select table_name, count(*) as rejected_count from stg_tickit__rejected_rows group by table_name) using (table_name)
where line_count = coalesce(rejected_count, 0) or 100 * coalesce(rejected_count, 0) > line_count;
