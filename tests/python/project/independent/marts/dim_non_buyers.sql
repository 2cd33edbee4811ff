select
    u.userid as user_id,
    u.username,
    u.email,
    u.city,
    u.state as state_code,
    (select region from states where state_code = u.state) as region,
    if(u.userid in (select sellerid from sale), 'seller', 'neither') as persona,
    u.likesports as likes_sports,
    u.liketheatre as likes_theatre,
    u.likeconcerts as likes_concerts,
    u.likejazz as likes_jazz,
    u.likeclassical as likes_classical,
    u.likeopera as likes_opera,
    u.likerock as likes_rock,
    u.likevegas as likes_vegas,
    u.likebroadway as likes_broadway,
    u.likemusicals as likes_musicals,
    list_sum(list_transform(
        [
            likesports, liketheatre, likeconcerts, likejazz, likeclassical,
            likeopera, likerock, likevegas, likebroadway, likemusicals
        ],
        lambda likes : likes::integer
    ))::integer as like_count
from "user" as u
where not exists (from sale where buyerid = u.userid)
