-- The raw files, typed by DuckDB's own reader: right for files that have no line of another shape. Each
-- is read once more, and kept in memory, as narrow as its types. An empty text is no text, nor are blanks at its end.

create temp table category as
select
    category_id,
    nullif(rtrim(category_group, ' '), '') as category_group,
    nullif(rtrim(category_name, ' '), '') as category_name,
    nullif(rtrim(category_description, ' '), '') as category_description
from read_csv(
    getvariable('category_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {columns_of_category}
);

create temp table date as
from read_csv(
    getvariable('date_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {columns_of_date}
);

create temp table event as
select
    event_id, venue_id, category_id, date_id,
    nullif(rtrim(event_name, ' '), '') as event_name,
    starts_at
from read_csv(
    getvariable('event_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    columns = {columns_of_event}
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
    columns = {columns_of_venue}
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
    columns = {columns_of_user}
);

create temp table listing as
from read_csv(
    getvariable('listing_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    hive_partitioning = false,
    columns = {columns_of_listing}
);

create temp table sale as
from read_csv(
    getvariable('sale_files'), auto_detect = false, header = true, delim = '|', quote = '', escape = '',
    hive_partitioning = false,
    columns = {columns_of_sale}
);
