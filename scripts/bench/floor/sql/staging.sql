-- The raw files, typed by DuckDB's own reader: right for files of which lines.sql found no line of another shape. Each
-- is read once more, and kept in memory, as narrow as its types. An empty text is no text, nor are blanks at its end.

create temp table category as
select
    category_id,
    nullif(rtrim(category_group, ' '), '') as category_group,
    nullif(rtrim(category_name, ' '), '') as category_name,
    nullif(rtrim(category_description, ' '), '') as category_description
from read_csv(
    getvariable('category_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {
        'category_id': 'integer', 'category_group': 'varchar', 'category_name': 'varchar',
        'category_description': 'varchar'
    }
);

create temp table date as
from read_csv(
    getvariable('date_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {
        'date_id': 'integer', 'calendar_date': 'date', 'day_of_month': 'integer', 'week_of_year': 'integer',
        'month_of_year': 'integer', 'quarter_of_year': 'integer', 'calendar_year': 'integer', 'is_holiday': 'boolean'
    }
);

create temp table event as
select
    event_id, venue_id, category_id, date_id,
    nullif(rtrim(event_name, ' '), '') as event_name,
    starts_at
from read_csv(
    getvariable('event_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {
        'event_id': 'integer', 'venue_id': 'integer', 'category_id': 'integer', 'date_id': 'integer',
        'event_name': 'varchar', 'starts_at': 'timestamp'
    }
);

create temp table venue as
select
    venue_id,
    nullif(rtrim(venue_name, ' '), '') as venue_name,
    nullif(rtrim(city, ' '), '') as city,
    nullif(rtrim(state_code, ' '), '') as state_code,
    seat_count
from read_csv(
    getvariable('venue_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '', nullstr = '',
    columns = {
        'venue_id': 'integer', 'venue_name': 'varchar', 'city': 'varchar', 'state_code': 'varchar',
        'seat_count': 'integer'
    }
);

create temp table "user" as
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
    getvariable('user_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '', nullstr = '',
    columns = {
        'user_id': 'integer', 'username': 'varchar', 'first_name': 'varchar', 'last_name': 'varchar',
        'city': 'varchar', 'state_code': 'varchar', 'email': 'varchar', 'phone': 'varchar',
        'likes_sports': 'boolean', 'likes_theatre': 'boolean', 'likes_concerts': 'boolean', 'likes_jazz': 'boolean',
        'likes_classical': 'boolean', 'likes_opera': 'boolean', 'likes_rock': 'boolean', 'likes_vegas': 'boolean',
        'likes_broadway': 'boolean', 'likes_musicals': 'boolean'
    }
);

create temp table listing as
from read_csv(
    getvariable('listing_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    hive_partitioning = false,
    columns = {
        'listing_id': 'integer', 'seller_id': 'integer', 'event_id': 'integer', 'date_id': 'integer',
        'ticket_count': 'integer', 'price_per_ticket': 'decimal(8,2)', 'total_price': 'decimal(8,2)',
        'listed_at': 'timestamp'
    }
);

create temp table sale as
from read_csv(
    getvariable('sale_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    hive_partitioning = false,
    columns = {
        'sale_id': 'integer', 'listing_id': 'integer', 'seller_id': 'integer', 'buyer_id': 'integer',
        'event_id': 'integer', 'date_id': 'integer', 'quantity_sold': 'integer', 'price_paid': 'decimal(8,2)',
        'commission': 'decimal(8,2)', 'sold_at': 'timestamp'
    }
);
