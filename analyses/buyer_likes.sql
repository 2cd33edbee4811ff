-- Which genres do buyers like? One row is a genre, the best liked first.
select
    genre,
    sum(liking_user_count) as liking_buyer_count,
    {{ divide('100 * sum(liking_user_count)', 'sum(user_count)') }} as liking_percent
from {{ ref('rpt_likes_by_persona') }}
where persona in ('buyer', 'both')
group by genre
order by liking_buyer_count desc nulls last, genre asc
