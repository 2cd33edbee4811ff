-- One row is a month of listings and an earlier month that sold from them, or none.
{{ config(
    unique_key='listing_month',
    post_hook=after_commit(
        "delete from {{ this }} where listing_month not in ("
        ~ "select delivery from {{ ref('base_tickit__files') }} where table_name = 'listing')"
    )
) }}

with

-- The base models have no import CTE here: what is read twice, DuckDB would copy whole.
sale_deliveries as (

    select distinct
        delivery,
        delivery || cast(delivery_version as varchar(20)) as part
    from {{ ref('base_tickit__sales') }}

),

listing_deliveries as (

    select distinct
        delivery,
        delivery || cast(delivery_version as varchar(20)) as part
    from {{ ref('base_tickit__listings') }}

),

-- With the version of all that a month's rows are made of.
months as (

    select
        listing_deliveries.delivery as listing_month,
        {{ fingerprint("listing_deliveries.part || coalesce(sale_deliveries.part, '')") }}
            as delivery_version
    from listing_deliveries
    left join sale_deliveries on listing_deliveries.delivery > sale_deliveries.delivery
    group by listing_deliveries.delivery

),

changed_months as (

    select * from months
    {% if is_incremental() -%}
        where delivery_version not in (select delivery_version from {{ this }})
    {%- endif %}

),

late_listings as (

    select distinct
        sales.delivery as sale_month,
        listings.delivery as listing_month
    from {{ ref('base_tickit__sales') }} as sales
    inner join {{ ref('base_tickit__listings') }} as listings
        on
        sales.listing_id = listings.listing_id
        -- Says no more than the months, but is quicker to compare: a third less of the join.
        and sales.sold_at < listings.listed_at
    where
        sales.delivery < listings.delivery
        and listings.delivery in (select changed_months.listing_month from changed_months)

),

final as (

    select
        changed_months.listing_month,
        late_listings.sale_month,
        changed_months.delivery_version
    from changed_months
    left join late_listings on changed_months.listing_month = late_listings.listing_month

)

select * from final
