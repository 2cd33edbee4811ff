-- One row is a day.
select *
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/date/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {
        'date_id': 'integer', 'calendar_date': 'date', 'day_of_month': 'integer', 'week_of_year': 'integer',
        'month_of_year': 'integer', 'quarter_of_year': 'integer', 'calendar_year': 'integer', 'is_holiday': 'boolean'
    }
)
