select
    u.userid as user_id,
    u.username,
    u.email,
    u.city,
    u.state as state_code,
    (select region from states where state_code = u.state) as region,
    if(u.userid in (select sellerid from sale), 'seller', 'neither') as persona,
    ifnull(u.likesports, false) as likes_sports,
    ifnull(u.liketheatre, false) as likes_theatre,
    ifnull(u.likeconcerts, false) as likes_concerts,
    ifnull(u.likejazz, false) as likes_jazz,
    ifnull(u.likeclassical, false) as likes_classical,
    ifnull(u.likeopera, false) as likes_opera,
    ifnull(u.likerock, false) as likes_rock,
    ifnull(u.likevegas, false) as likes_vegas,
    ifnull(u.likebroadway, false) as likes_broadway,
    ifnull(u.likemusicals, false) as likes_musicals,
    list_count(list_filter(
        [
            likesports, liketheatre, likeconcerts, likejazz, likeclassical,
            likeopera, likerock, likevegas, likebroadway, likemusicals
        ],
        lambda likes : likes
    )) as like_count
from "user" as u
where not exists (from sale where buyerid = u.userid)
