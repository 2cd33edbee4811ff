-- One row is a persona and a genre: how many users of the persona like the genre, and what share of
-- them that is.
with

users as (

    select * from {{ ref('dim_users') }}

),

likes as (

    select * from {{ ref('int_likes_unpivoted_from_users') }}

),

personas as (

    select
        persona,
        count(*) as user_count
    from users
    group by persona

),

liked as (

    select
        users.persona,
        likes.genre,
        count(*) as liking_user_count
    from likes
    inner join users on likes.user_id = users.user_id
    group by users.persona, likes.genre

),

final as (

    select
        liked.persona,
        liked.genre,
        cast(liked.liking_user_count as integer) as liking_user_count,
        cast(personas.user_count as integer) as user_count,
        cast(
            {{ divide('100 * liked.liking_user_count', 'personas.user_count') }} as decimal(5, 2)
        ) as liking_percent
    from liked
    inner join personas on liked.persona = personas.persona

)

select * from final
