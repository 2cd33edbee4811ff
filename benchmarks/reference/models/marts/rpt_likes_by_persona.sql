-- One row is a persona and a genre.
with likes as (
    select persona, count(*) as user_count, count_if(columns('likes_.*'))
    from (select persona, columns('likes_.*') from {{ ref('stg_users') }} as users inner join {{ ref('dim_users') }} as dim_users using (user_id))
    group by persona
),

unpivoted as (
    unpivot likes on columns('likes_.*') into name genre value liking_user_count
)

select
    persona,
    genre[7:] as genre,
    liking_user_count::integer as liking_user_count,
    user_count::integer as user_count,
    (round(10000.0::double * liking_user_count / user_count) / 100)::decimal(5, 2) as liking_percent
from unpivoted
where liking_user_count > 0
