-- One row is a persona and a genre: how many users of the persona like it, and what share that is.
with

users as (

    select * from {{ ref('stg_tickit__users') }}

),

personas as (

    select * from {{ ref('dim_users') }}

),

-- Genres side by side, so that users are read once, not once for each genre.
counted as (

    select
        personas.persona,
        {% for genre in genres() -%}
            sum(case when users.likes_{{ genre }} then 1 else 0 end) as likes_{{ genre }},
        {% endfor -%}
        count(*) as user_count
    from personas
    inner join users on personas.user_id = users.user_id
    group by personas.persona

),

liked as (

    {% for genre in genres() %}
        {{ 'union all' if not loop.first }}
        select
            persona,
            '{{ genre }}' as genre,
            likes_{{ genre }} as liking_user_count,
            user_count
        from counted
    {% endfor %}

),

final as (

    select
        persona,
        cast(genre as varchar(10)) as genre,
        cast(liking_user_count as integer) as liking_user_count,
        cast(user_count as integer) as user_count,
        cast({{ divide('100 * liking_user_count', 'user_count') }} as decimal(5, 2))
            as liking_percent
    from liked
    where liking_user_count > 0

)

select * from final
