-- One row is a category of events.
select
    category_id,
    nullif(rtrim(category_group, ' '), '') as category_group,
    nullif(rtrim(category_name, ' '), '') as category_name,
    nullif(rtrim(category_description, ' '), '') as category_description
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/category/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {{ env_var('TICKIT_COLUMNS_OF_CATEGORY') }}
)
