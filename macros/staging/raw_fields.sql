{#
    What staging makes of each raw column: [raw column, name in the lakehouse, type, is it required].
    The key comes first. A line whose required field is empty, or whose field has not the shape of its type, is
    set aside. Types: integer, decimal (8,2), date, timestamp, boolean, or varchar(n) with n in bytes, as on Redshift.
#}
{% macro raw_fields(table) %}
    {% set required, optional = true, false %}
    {% set fields = {
        'category': [
            ['catid', 'category_id', 'integer', required],
            ['catgroup', 'category_group', 'varchar(10)', required],
            ['catname', 'category_name', 'varchar(10)', required],
            ['catdesc', 'category_description', 'varchar(50)', optional],
        ],
        'date': [
            ['dateid', 'date_id', 'integer', required],
            ['caldate', 'calendar_date', 'date', required],
            ['day', 'day_of_month', 'integer', required],
            ['week', 'week_of_year', 'integer', required],
            ['month', 'month_of_year', 'integer', required],
            ['qtr', 'quarter_of_year', 'integer', required],
            ['year', 'calendar_year', 'integer', required],
            ['holiday', 'is_holiday', 'boolean', required],
        ],
        'event': [
            ['eventid', 'event_id', 'integer', required],
            ['venueid', 'venue_id', 'integer', required],
            ['catid', 'category_id', 'integer', required],
            ['dateid', 'date_id', 'integer', required],
            ['eventname', 'event_name', 'varchar(200)', required],
            ['starttime', 'starts_at', 'timestamp', required],
        ],
        'listing': [
            ['listid', 'listing_id', 'integer', required],
            ['sellerid', 'seller_id', 'integer', required],
            ['eventid', 'event_id', 'integer', required],
            ['dateid', 'date_id', 'integer', required],
            ['numtickets', 'ticket_count', 'integer', required],
            ['priceperticket', 'price_per_ticket', 'decimal(8,2)', required],
            ['totalprice', 'total_price', 'decimal(8,2)', required],
            ['listtime', 'listed_at', 'timestamp', required],
        ],
        'sale': [
            ['saleid', 'sale_id', 'integer', required],
            ['listid', 'listing_id', 'integer', required],
            ['sellerid', 'seller_id', 'integer', required],
            ['buyerid', 'buyer_id', 'integer', required],
            ['eventid', 'event_id', 'integer', required],
            ['dateid', 'date_id', 'integer', required],
            ['qtysold', 'quantity_sold', 'integer', required],
            ['pricepaid', 'price_paid', 'decimal(8,2)', required],
            ['commission', 'commission', 'decimal(8,2)', required],
            ['saletime', 'sold_at', 'timestamp', required],
        ],
        'user': [
            ['userid', 'user_id', 'integer', required],
            ['username', 'username', 'varchar(8)', required],
            ['firstname', 'first_name', 'varchar(30)', optional],
            ['lastname', 'last_name', 'varchar(30)', optional],
            ['city', 'city', 'varchar(30)', optional],
            ['state', 'state_code', 'varchar(2)', optional],
            ['email', 'email', 'varchar(100)', optional],
            ['phone', 'phone', 'varchar(14)', optional],
            ['likesports', 'likes_sports', 'boolean', optional],
            ['liketheatre', 'likes_theatre', 'boolean', optional],
            ['likeconcerts', 'likes_concerts', 'boolean', optional],
            ['likejazz', 'likes_jazz', 'boolean', optional],
            ['likeclassical', 'likes_classical', 'boolean', optional],
            ['likeopera', 'likes_opera', 'boolean', optional],
            ['likerock', 'likes_rock', 'boolean', optional],
            ['likevegas', 'likes_vegas', 'boolean', optional],
            ['likebroadway', 'likes_broadway', 'boolean', optional],
            ['likemusicals', 'likes_musicals', 'boolean', optional],
        ],
        'venue': [
            ['venueid', 'venue_id', 'integer', required],
            ['venuename', 'venue_name', 'varchar(100)', optional],
            ['venuecity', 'city', 'varchar(30)', optional],
            ['venuestate', 'state_code', 'varchar(2)', optional],
            ['venueseats', 'seat_count', 'integer', optional],
        ],
    } %}
    {{ return(fields[table]) }}
{% endmacro %}
