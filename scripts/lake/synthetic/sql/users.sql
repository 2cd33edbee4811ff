-- Users from `first` to before `next`. Likes follow the user's favourite category; see buyer_userid() for what a rank is.
insert into user_out
with
    drawn as (
        select
            range as userid,
            1 + buyer_rank(userid) % len(getvariable('tastes')) as taste,
            -- Usernames are three letters, two digits and three letters: a walk through all of them meets none twice.
            (userid * 19260817177 + abs(getvariable('seed')) % 1000003) % 30891577600 as name_code,
            pick(getvariable('first_names'), uniform('first name', userid)) as first_number,
            pick(getvariable('last_names'), uniform('last name', userid), 1.2) as last_number,
            pick(getvariable('cities'), uniform('user city', userid), 1.5) as city_number,
            201 + floor(789 * uniform('area code', userid))::int as area_code,
            floor(100 * uniform('line', userid))::int as line,
            pick(3, uniform('mail domain', userid)) as domain_number,
        from range(getvariable('first'), getvariable('next'))
    ),
    named as (
        select
            *,
            first_name.name as firstname,
            last_name.name as lastname,
            city.name as city,
            city.state as state,
        from drawn
        inner join first_name on first_name.number = first_number
        inner join last_name on last_name.number = last_number
        inner join city on city.number = city_number
    )
select
    userid,
    letter(name_code) || letter(name_code // 26) || letter(name_code // 676)
    || lpad(((name_code // 17576) % 100)::varchar, 2, '0')
    || letter(name_code // 1757600) || letter(name_code // 45697600) || letter(name_code // 1188137600) as username,
    firstname,
    lastname,
    city,
    state,
    lower(firstname) || '.' || lower(lastname) || userid
    || ['@example.com', '@example.org', '@example.net'][domain_number] as email,
    '(' || area_code || ') 555-01' || lpad(line::varchar, 2, '0') as phone,
    likes('likesports', userid, taste) as likesports,
    likes('liketheatre', userid, taste) as liketheatre,
    likes('likeconcerts', userid, taste) as likeconcerts,
    likes('likejazz', userid, taste) as likejazz,
    likes('likeclassical', userid, taste) as likeclassical,
    likes('likeopera', userid, taste) as likeopera,
    likes('likerock', userid, taste) as likerock,
    likes('likevegas', userid, taste) as likevegas,
    likes('likebroadway', userid, taste) as likebroadway,
    likes('likemusicals', userid, taste) as likemusicals,
from named
order by userid;
