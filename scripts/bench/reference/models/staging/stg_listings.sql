-- One row is an offer of a seller.
select *
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/listing/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    hive_partitioning = false,
    columns = {
        'listing_id': 'integer', 'seller_id': 'integer', 'event_id': 'integer', 'date_id': 'integer',
        'ticket_count': 'integer', 'price_per_ticket': 'decimal(8,2)', 'total_price': 'decimal(8,2)',
        'listed_at': 'timestamp'
    }
)
