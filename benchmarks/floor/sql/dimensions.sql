-- The marts that are small beside the facts.

create temp table buyer as
select
    buyer_id as user_id,
    count(*)::integer as purchase_count,
    sum(quantity_sold)::integer as tickets_bought,
    sum(price_paid)::decimal(18, 2) as amount_spent,
    min(sold_at) as first_bought_at,
    max(sold_at) as last_bought_at
from sale
group by buyer_id;

create temp table seller as
select
    seller_id as user_id,
    count(*)::integer as sale_count,
    sum(quantity_sold)::integer as tickets_sold,
    (sum(price_paid) - sum(commission))::decimal(18, 2) as amount_earned,
    min(sold_at) as first_sold_at,
    max(sold_at) as last_sold_at
from sale
group by seller_id;

create temp table event_joined as
select
    event_id, date_id, venue_id, category_id, event_name, starts_at,
    category_group, category_name, venue_name,
    venue.city as venue_city, venue.state_code as venue_state_code, nullif(seat_count, 0) as venue_seat_count
from event
left join category using (category_id)
left join venue using (venue_id);

create table dim_dates as
select
    date_id, calendar_date, day_of_month,
    dayofweek(calendar_date)::integer as day_of_week,
    dayname(calendar_date) as day_name,
    week_of_year, month_of_year,
    date_trunc('month', calendar_date)::date as month_start_date,
    quarter_of_year, calendar_year,
    dayofweek(calendar_date) in (0, 6) as is_weekend,
    is_holiday,
    holiday_name,
    coalesce(is_federal, case when year(calendar_date) = 2008 then false end) as is_federal_holiday
from date
left join holidays_2008 on calendar_date = holiday_date;

create table dim_venues as
select
    venue_id, venue_name, city, state_code, state_name, country, region, division,
    nullif(seat_count, 0) as seat_count
from venue
left join states using (state_code);

create table dim_events as
select
    event_id, event_name, starts_at, starts_at::date as event_date,
    event_joined.date_id, is_weekend, is_holiday,
    category_id, category_group, category_name,
    venue_id, venue_name, venue_city, venue_state_code, venue_seat_count
from event_joined
left join dim_dates on starts_at::date = calendar_date;

create table dim_users as
select
    user_id, username, city, state_code, state_name, country, region, division,
    case
        when buyer.user_id is not null and seller.user_id is not null then 'both'
        when buyer.user_id is not null then 'buyer'
        when seller.user_id is not null then 'seller'
        else 'neither'
    end as persona,
    coalesce(purchase_count, 0) as purchase_count,
    coalesce(tickets_bought, 0) as tickets_bought,
    coalesce(amount_spent, 0)::decimal(18, 2) as amount_spent,
    first_bought_at,
    last_bought_at,
    coalesce(sale_count, 0) as sale_count,
    coalesce(tickets_sold, 0) as tickets_sold,
    coalesce(amount_earned, 0)::decimal(18, 2) as amount_earned,
    first_sold_at,
    last_sold_at
from "user"
left join states using (state_code)
left join buyer using (user_id)
left join seller using (user_id);

-- The likes of a user are ten columns: adding them up is one scan, unpivoting them would be ten.
create table dim_non_buyers as
select
    user_id, u.username, u.email, u.city, u.state_code, d.region, d.persona,
    columns('likes_.*'),
    list_sum([likes_sports, likes_theatre, likes_concerts, likes_jazz, likes_classical, likes_opera, likes_rock,
        likes_vegas, likes_broadway, likes_musicals]::integer[])::integer as like_count
from "user" as u
inner join dim_users as d using (user_id)
where d.purchase_count = 0;

create table rpt_likes_by_persona as
with likes as (
    select persona, count(*) as user_count, count_if(columns('likes_.*'))
    from (select persona, columns('likes_.*') from "user" inner join dim_users using (user_id))
    group by persona
),

unpivoted as (
    unpivot likes on columns('likes_.*') into name genre value liking_user_count
)

select
    persona,
    genre[7:] as genre,
    liking_user_count::integer as liking_user_count,
    user_count::integer as user_count,
    (round(10000.0::double * liking_user_count / user_count) / 100)::decimal(5, 2) as liking_percent
from unpivoted
where liking_user_count > 0;
