-- One row is a month for which sales or listings were delivered, with the version of all that what
-- happened until then is made of.
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

    union all
    select
        'states' as table_name,
        'all' as delivery,
        {{ fingerprint(
            "state_code || '|' || coalesce(state_name, '') || '|' || coalesce(country, '')"
            ~ " || '|' || coalesce(region, '') || '|' || coalesce(division, '')"
        ) }} as delivery_version
    from {{ ref('states') }}

),

months as (

    select distinct delivery as delivered_month
    from deliveries
    where delivery <> 'all'

),

-- A row can depend on what was delivered for its month or before (its listing, an earlier line with
-- the same key), and on the tables that come as a whole.
parts as (

    select
        months.delivered_month,
        deliveries.table_name || deliveries.delivery
        || cast(deliveries.delivery_version as varchar(20)) as part
    from months
    inner join deliveries
        on
        deliveries.delivery = 'all'
        or months.delivered_month >= deliveries.delivery

),

final as (

    select
        cast(delivered_month || '-01' as date) as month_start_date,
        {{ fingerprint("part") }} as delivery_version
    from parts
    group by delivered_month

)

select * from final
