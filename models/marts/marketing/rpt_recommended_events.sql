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

users_of_events as (

    select
        recommendations.event_id,
        recommendations.as_of_date,
        recommendations.recommendation_rank,
        coalesce(segments.segment_name, 'no purchases yet') as segment_name,
        coalesce(segments.amount_spent, 0) as amount_spent
    from recommendations
    left join segments on recommendations.user_id = segments.user_id

),

added_up as (

    select
        event_id,
        segment_name,
        as_of_date,
        cast(count(*) as integer) as user_count,
        cast(
            sum(case when recommendation_rank = 1 then 1 else 0 end) as integer
        ) as first_choice_user_count,
        cast(sum(amount_spent) as decimal(18, 2)) as amount_spent
    from users_of_events
    group by event_id, segment_name, as_of_date

),

final as (

    select
        added_up.event_id,
        cast(added_up.segment_name as varchar(40)) as segment_name,
        events.event_name,
        events.category_name,
        events.event_date,
        events.venue_city,
        added_up.user_count,
        added_up.first_choice_user_count,
        added_up.amount_spent,
        added_up.as_of_date
    from added_up
    left join events on added_up.event_id = events.event_id

)

select * from final
