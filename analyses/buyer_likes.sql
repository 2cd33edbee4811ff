-- Which genres do buyers like? One row is a genre, the best liked first.
with

likes as (

    select
        genre,
        sum(liking_user_count) as liking_buyer_count
    from {{ ref('rpt_likes_by_persona') }}
    where persona in ('buyer', 'both')
    group by genre

),

-- Not from the report, which has no row of a persona for a genre that none of them likes.
buyers as (

    select count(*) as buyer_count
    from {{ ref('dim_users') }}
    where persona in ('buyer', 'both')

)

select
    likes.genre,
    likes.liking_buyer_count,
    {{ divide('100 * likes.liking_buyer_count', 'buyers.buyer_count') }} as liking_percent
from likes
cross join buyers
order by likes.liking_buyer_count desc nulls last, likes.genre asc
