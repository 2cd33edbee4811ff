-- One row is a registered user who never bought a ticket, with what the user likes: whom a campaign
-- can write to.
with

users as (

    select * from {{ ref('stg_tickit__users') }}

),

personas as (

    select * from {{ ref('dim_users') }}

),

like_counts as (

    select
        user_id,
        cast(count(*) as integer) as like_count
    from {{ ref('int_likes_unpivoted_from_users') }}
    group by user_id

),

final as (

    select
        users.user_id,
        users.username,
        users.email,
        users.city,
        users.state_code,
        personas.region,
        personas.persona,
        {% for genre in genres() -%}
            coalesce(users.likes_{{ genre }}, false) as likes_{{ genre }},
        {% endfor -%}
        coalesce(like_counts.like_count, 0) as like_count
    from users
    inner join personas on users.user_id = personas.user_id
    left join like_counts on users.user_id = like_counts.user_id
    where personas.purchase_count = 0

)

select * from final
