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
    columns = {{ env_var('TICKIT_COLUMNS_OF_USER') }}
)
