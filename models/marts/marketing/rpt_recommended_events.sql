-- One row is an event on sale and a segment of users: how many of them it is recommended to.
with

recommendations as (

    select * from {{ ref('rpt_event_recommendations') }}

),

segments as (

    select * from {{ ref('rpt_buyer_segments') }}

),

events as (

    select * from {{ ref('dim_events') }}

),

added_up as (

    select
        recommendations.event_id,
        coalesce(segments.segment_name, 'no purchases yet') as segment_name,
        recommendations.as_of_date,
        count(*) as user_count,
        sum(case when recommendations.recommendation_rank = 1 then 1 else 0 end)
            as first_choice_user_count,
        sum(coalesce(segments.amount_spent, 0)) as amount_spent
    from recommendations
    left join segments on recommendations.user_id = segments.user_id
    group by 1, 2, 3

),

final as (

    select
        added_up.event_id,
        cast(added_up.segment_name as varchar(40)) as segment_name,
        events.event_name,
        events.category_name,
        events.event_date,
        events.venue_city,
        cast(added_up.user_count as integer) as user_count,
        cast(added_up.first_choice_user_count as integer) as first_choice_user_count,
        cast(added_up.amount_spent as decimal(18, 2)) as amount_spent,
        added_up.as_of_date
    from added_up
    left join events on added_up.event_id = events.event_id

)

select * from final
