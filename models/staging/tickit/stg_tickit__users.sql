-- One row is a registered user.
with

users as (

    {{ usable_lines(ref('base_tickit__users'), 'user') }}

),

final as (

    select
        ---------- ids
        user_id,

        ---------- strings
        username,
        first_name,
        last_name,
        city,
        state_code,
        email,
        phone,

        ---------- booleans
        likes_sports,
        likes_theatre,
        likes_concerts,
        likes_jazz,
        likes_classical,
        likes_opera,
        likes_rock,
        likes_vegas,
        likes_broadway,
        likes_musicals
    from users

)

select * from final
