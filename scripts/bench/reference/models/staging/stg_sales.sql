-- One row is a purchase.
select *
from read_csv(
    '{{ env_var("TICKIT_LAKE") }}/raw_tickit_data/sale/**/*.txt',
    auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    hive_partitioning = false,
    columns = {
        'sale_id': 'integer', 'listing_id': 'integer', 'seller_id': 'integer', 'buyer_id': 'integer',
        'event_id': 'integer', 'date_id': 'integer', 'quantity_sold': 'integer', 'price_paid': 'decimal(8,2)',
        'commission': 'decimal(8,2)', 'sold_at': 'timestamp'
    }
)
