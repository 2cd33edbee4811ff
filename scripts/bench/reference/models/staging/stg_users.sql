-- One row is a registered user.
select
    user_id,
    rtrim(username, ' ') as username,
    nullif(rtrim(first_name, ' '), '') as first_name,
    nullif(rtrim(last_name, ' '), '') as last_name,
    nullif(rtrim(city, ' '), '') as city,
    nullif(rtrim(state_code, ' '), '') as state_code,
    nullif(rtrim(email, ' '), '') as email,
    nullif(rtrim(phone, ' '), '') as phone,
    columns('likes_.*')
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/user/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '', nullstr = '',
    columns = {
        'user_id': 'integer', 'username': 'varchar', 'first_name': 'varchar', 'last_name': 'varchar',
        'city': 'varchar', 'state_code': 'varchar', 'email': 'varchar', 'phone': 'varchar',
        'likes_sports': 'boolean', 'likes_theatre': 'boolean', 'likes_concerts': 'boolean', 'likes_jazz': 'boolean',
        'likes_classical': 'boolean', 'likes_opera': 'boolean', 'likes_rock': 'boolean', 'likes_vegas': 'boolean',
        'likes_broadway': 'boolean', 'likes_musicals': 'boolean'
    }
)
