-- One row is a month for which sales or listings were delivered, with the version of all that the
-- rows of the month are made of.
{{ config(materialized='table') }}

with

deliveries as (

    {% for table, base in base_models().items() if table != 'date' -%}
        {{ 'union all' if not loop.first }}
        select distinct
            '{{ table }}' as table_name,
            delivery,
            delivery_version
        from {{ base }}
    {% endfor %}

),

months as (

    select distinct delivery as delivered_month
    from deliveries
    where delivery <> 'all'

),

late_listings as (

    select * from {{ ref('base_tickit__late_listings') }}

),

-- A row can depend on what was delivered for its month or before (its listing, an earlier line with
-- the same key), on late-arriving listings, and on the full-snapshot tables.
parts as (

    select
        months.delivered_month,
        deliveries.table_name || deliveries.delivery
        || cast(deliveries.delivery_version as varchar(20)) as part
    from months
    cross join deliveries
    left join late_listings
        on
        months.delivered_month = late_listings.sale_month
        and deliveries.delivery = late_listings.listing_month
        and deliveries.table_name = 'listing'
    where
        deliveries.delivery = 'all'
        or months.delivered_month >= deliveries.delivery
        or late_listings.listing_month is not null

),

final as (

    select
        cast(delivered_month || '-01' as date) as month_start_date,
        -- With the month itself, so that no two months of the same parts share a version.
        {{ fingerprint("delivered_month || part") }} as delivery_version
    from parts
    group by delivered_month

)

select * from final
