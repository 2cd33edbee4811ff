-- One row is a place where events happen.
select
    venue_id,
    nullif(rtrim(venue_name, ' '), '') as venue_name,
    nullif(rtrim(city, ' '), '') as city,
    nullif(rtrim(state_code, ' '), '') as state_code,
    seat_count
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/venue/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '', nullstr = '',
    columns = {{ env_var('TICKIT_COLUMNS_OF_VENUE') }}
)
