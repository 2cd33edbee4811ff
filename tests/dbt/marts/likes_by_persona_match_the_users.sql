-- Guards: the report counts the same users as the likes on the users themselves.
with

reported as (

    select
        genre,
        sum(liking_user_count) as user_count
    from {{ ref('rpt_likes_by_persona') }}
    group by genre

),

counted as (

    {% for genre in genres() %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ genre }}' as genre,
            sum(case when likes_{{ genre }} then 1 else 0 end) as user_count
        from {{ ref('stg_tickit__users') }}
    {% endfor %}

)

select
    counted.genre,
    counted.user_count,
    reported.user_count as reported_user_count
from counted
left join reported on counted.genre = reported.genre
where coalesce(counted.user_count, 0) <> coalesce(reported.user_count, 0)
