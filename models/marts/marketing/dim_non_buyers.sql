-- One row is a registered user who never bought a ticket, with what the user likes: whom a campaign
-- can write to.
with

users as (

    select * from {{ ref('stg_tickit__users') }}

),

personas as (

    select * from {{ ref('dim_users') }}

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
            users.likes_{{ genre }},
        {% endfor -%}
        case
            when
                coalesce(
                    {% for genre in genres() -%}
                        users.likes_{{ genre }}{{ ',' if not loop.last }}
                    {% endfor %}
                ) is not null
                then
                    0
                    {% for genre in genres() -%}
                        + case when users.likes_{{ genre }} then 1 else 0 end
                    {% endfor %}
        end as like_count
    from users
    inner join personas on users.user_id = personas.user_id
    where personas.purchase_count = 0

)

select * from final
