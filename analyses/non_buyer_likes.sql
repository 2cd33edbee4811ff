-- Which genres do the users like who never bought? One row is a genre, the best liked first.
with

non_buyers as (

    select * from {{ ref('dim_non_buyers') }}

),

likes as (

    {% for genre in genres() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ genre }}' as genre,
            sum(case when likes_{{ genre }} then 1 else 0 end) as liking_non_buyer_count,
            count(*) as non_buyer_count
        from non_buyers
    {% endfor %}

)

select
    genre,
    liking_non_buyer_count,
    {{ divide('100 * liking_non_buyer_count', 'non_buyer_count') }} as liking_percent
from likes
order by liking_non_buyer_count desc nulls last, genre asc
