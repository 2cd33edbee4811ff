-- What the dashboards show, for both engines: `tickit dashboard` runs it. Each query has a name, with words in brackets:
--   sales, health     the boards that show it
--   detail, summary   with every event and seller, or for a lake too large for that
--   if built          the board does without it where its models are not built
-- The first comment below the name is the grain. Money is in cents: the page adds whole numbers.

-- query: size (sales)
-- One row with the number of sales and of listings.
select
    (select count(*) from {{ ref('fct_sales') }}) as sale_count,
    (select count(*) from {{ ref('fct_listings') }}) as listing_count;

-- query: venues (sales)
-- One row is a venue.
select
    venue_id,
    venue_name,
    city,
    state_code
from {{ ref('dim_venues') }}
order by venue_id;

-- query: events (sales, detail)
-- One row is an event.
select
    event_id,
    event_name,
    event_date,
    category_name,
    venue_id
from {{ ref('dim_events') }}
order by event_id;

-- query: sales (sales, detail)
-- One row is an event, a day and a seller.
select
    event_id,
    sold_date,
    seller_id,
    count(*) as sale_count,
    sum(quantity_sold) as tickets_sold,
    cast(sum(price_paid) * 100 as bigint) as revenue,
    cast(sum(commission) * 100 as bigint) as commission
from {{ ref('fct_sales') }}
group by event_id, sold_date, seller_id
order by event_id, sold_date, seller_id;

-- query: listings (sales, detail)
-- One row is an event, a day of listing, a seller and a price of a ticket.
select
    event_id,
    listed_date,
    seller_id,
    cast(price_per_ticket * 100 as bigint) as ticket_price,
    count(*) as listing_count,
    sum(case when is_sold_out then 1 else 0 end) as sold_out_count,
    sum(ticket_count) as tickets_offered,
    sum(quantity_sold) as tickets_sold
from {{ ref('fct_listings') }}
group by event_id, listed_date, seller_id, price_per_ticket
order by event_id, listed_date, seller_id, price_per_ticket;

-- query: sales_by_place (sales, summary)
-- One row is a category, a venue and a day.
select
    events.category_name,
    events.venue_id,
    sales.sold_date,
    count(*) as sale_count,
    sum(sales.quantity_sold) as tickets_sold,
    cast(sum(sales.price_paid) * 100 as bigint) as revenue,
    cast(sum(sales.commission) * 100 as bigint) as commission
from {{ ref('fct_sales') }} as sales
left join {{ ref('dim_events') }} as events on sales.event_id = events.event_id
group by events.category_name, events.venue_id, sales.sold_date
order by events.category_name nulls last, events.venue_id nulls last, sales.sold_date;

-- query: listings_by_place (sales, summary)
-- One row is a category, a venue and a day of listing.
select
    events.category_name,
    events.venue_id,
    listings.listed_date,
    cast(sum(listings.price_per_ticket * listings.ticket_count) * 100 as bigint) as asked,
    count(*) as listing_count,
    sum(case when listings.is_sold_out then 1 else 0 end) as sold_out_count,
    sum(listings.ticket_count) as tickets_offered,
    sum(listings.quantity_sold) as tickets_sold
from {{ ref('fct_listings') }} as listings
left join {{ ref('dim_events') }} as events on listings.event_id = events.event_id
group by events.category_name, events.venue_id, listings.listed_date
order by events.category_name nulls last, events.venue_id nulls last, listings.listed_date;

-- query: top_events (sales, summary)
-- One row is an event, the 500 with most revenue.
select
    events.event_id,
    events.event_name,
    events.event_date,
    events.category_name,
    events.venue_id,
    sales.tickets_sold,
    sales.revenue
from (
    select
        event_id,
        sum(quantity_sold) as tickets_sold,
        cast(sum(price_paid) * 100 as bigint) as revenue
    from {{ ref('fct_sales') }}
    group by event_id
) as sales
left join {{ ref('dim_events') }} as events on sales.event_id = events.event_id
order by sales.revenue desc nulls last, sales.event_id
limit 500;

-- query: top_sellers (sales, summary)
-- One row is a seller, the 500 with most tickets unsold.
select
    seller_id,
    cast(sum(revenue) * 100 as bigint) as revenue,
    count(*) as listing_count,
    sum(case when is_sold_out then 1 else 0 end) as sold_out_count,
    sum(ticket_count) as tickets_offered,
    sum(quantity_sold) as tickets_sold
from {{ ref('fct_listings') }}
group by seller_id
order by sum(ticket_count) - sum(quantity_sold) desc nulls last, seller_id
limit 500;

-- query: forecast (sales, if built)
-- One row is a category, a measure and a day after the last sale.
select
    category_name,
    measure,
    forecast_date,
    forecast,
    lower_80,
    upper_80
from {{ ref('rpt_sales_forecast') }}
order by category_name, measure, forecast_date;

-- query: forecast_errors (sales, if built)
-- One row is a category, a measure and one of the last 28 days: what the chosen method forecast, and what sold.
select
    errors.category_name,
    errors.measure,
    errors.forecast_date,
    errors.actual,
    errors.forecast,
    errors.lower_80,
    errors.upper_80
from {{ ref('rpt_sales_forecast_errors') }} as errors
inner join {{ ref('rpt_sales_forecast_backtest') }} as methods
    on
        errors.category_name = methods.category_name
        and errors.measure = methods.measure
        and errors.method = methods.method
where
    methods.is_chosen
    and errors.last_known_date = (select max(last_known_date) from {{ ref('rpt_sales_forecast_errors') }})
order by errors.category_name, errors.measure, errors.forecast_date;

-- query: anomalies (sales, if built)
-- One row is a series, all sales or those of a category, and a day that departs from what was expected.
select
    series,
    sold_date,
    actual,
    expected,
    is_holiday
from {{ ref('rpt_sales_anomalies') }}
order by series, sold_date;

-- query: segments (sales, if built)
-- One row is a segment of buyers.
select
    segment_rank,
    segment_name,
    count(*) as buyer_count,
    sum(purchase_count) as purchase_count,
    cast(sum(amount_spent) * 100 as bigint) as amount_spent,
    sum(recency_days) as recency_days
from {{ ref('rpt_buyer_segments') }}
group by segment_rank, segment_name
order by segment_rank, segment_name;

-- query: grades (sales, if built)
-- One row is a seller who can be compared with others.
select
    seller_id,
    grade
from {{ ref('rpt_seller_scorecard') }}
where grade <> 'too few listings'
order by seller_id;

-- query: campaigns (sales, if built)
-- One row is an event and a segment of users, the 500 with most users. Fewer than five are left out: they could be known.
select
    event_id,
    event_name,
    event_date,
    category_name,
    venue_city,
    segment_name,
    user_count,
    first_choice_user_count,
    as_of_date
from {{ ref('rpt_recommended_events') }}
where user_count >= 5
order by user_count desc nulls last, event_id, segment_name
limit 500;

-- query: price_effect (sales, if built)
-- One row is a category: how orders depend on the price, in words.
select
    category_name,
    reading
from {{ ref('rpt_price_effect') }}
where term = 'price'
order by category_name;

-- query: rejected (sales, health, if built)
-- One row is a day, a raw table and a reason.
select
    file_date,
    table_name,
    reject_reason,
    row_count
from {{ ref('rpt_rejected_rows_by_day') }}
order by file_date desc nulls last, row_count desc nulls last, table_name, reject_reason;

-- query: runs (sales, health, if built)
-- One row is a run of a job.
select
    job_name,
    target_name,
    started_at,
    status,
    seconds,
    usual_seconds,
    failed_node_count,
    failed_test_count,
    warning_count
from {{ ref('rpt_run_health') }}
order by started_at desc nulls last, job_name, target_name;

-- query: tests (sales, health, if built)
-- One row is a test of a target that failed in its last 30 runs.
select
    test_name,
    target_name,
    is_failing,
    is_flaky,
    last_failure_count,
    failed_run_count,
    run_count,
    last_failed_at
from {{ ref('rpt_unreliable_tests') }}
order by is_failing desc nulls last, last_failed_at desc nulls last, test_name, target_name;

-- query: nodes (sales, health, if built)
-- One row is a model, seed or snapshot, the ten slowest of a target.
select
    node_name,
    target_name,
    slowness_rank,
    recent_seconds,
    earlier_seconds,
    change_percent,
    last_rows_affected
from {{ ref('rpt_slowest_nodes') }}
where slowness_rank <= 10
order by slowness_rank, target_name, node_name;

-- query: sources (sales, health, if built)
-- One row is a raw table of a target.
select
    table_name,
    target_name,
    status,
    age_days,
    loaded_at,
    checked_at
from {{ ref('rpt_source_freshness') }}
order by age_days desc nulls last, table_name, target_name;
