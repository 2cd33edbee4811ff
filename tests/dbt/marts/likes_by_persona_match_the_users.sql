-- Guards: the report counts the likes of all users, which are counted here one by one.
with

reported as (

    select
        genre,
        sum(liking_user_count) as user_count
    from {{ ref('rpt_likes_by_persona') }}
    group by genre

),

counted as (

    select
        genre,
        count(*) as user_count
    from {{ ref('int_likes_unpivoted_from_users') }}
    group by genre

)

select
    counted.genre,
    counted.user_count,
    reported.user_count as reported_user_count
from counted
full outer join reported on counted.genre = reported.genre
where coalesce(counted.user_count, 0) <> coalesce(reported.user_count, 0)
