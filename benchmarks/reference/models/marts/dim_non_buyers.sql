-- One row is a user who never bought.
select
    user_id, u.username, u.email, u.city, u.state_code, d.region, d.persona,
    columns('likes_.*'),
    list_sum([likes_sports, likes_theatre, likes_concerts, likes_jazz, likes_classical, likes_opera, likes_rock,
        likes_vegas, likes_broadway, likes_musicals]::integer[])::integer as like_count
from {{ ref('stg_users') }} as u
inner join {{ ref('dim_users') }} as d using (user_id)
where d.purchase_count = 0
