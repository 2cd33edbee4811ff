-- One row is a day.
select *
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/date/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {{ env_var('TICKIT_COLUMNS_OF_DATE') }}
)
