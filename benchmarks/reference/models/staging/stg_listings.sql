-- One row is an offer of a seller.
select *
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/listing/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    hive_partitioning = false,
    columns = {{ env_var('TICKIT_COLUMNS_OF_LISTING') }}
)
