-- One row is a performance or game.
select
    event_id, venue_id, category_id, date_id,
    nullif(rtrim(event_name, ' '), '') as event_name,
    starts_at
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/event/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {{ env_var('TICKIT_COLUMNS_OF_EVENT') }}
)
