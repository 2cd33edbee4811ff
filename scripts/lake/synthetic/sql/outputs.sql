-- What is written, with the columns of the raw zone. Large tables are in their order already.

create view date_out as
select
    1826 + day as dateid,
    caldate,
    extract(day from caldate) as day,
    strftime(caldate, '%U')::int + 1 as week, -- from Sunday to Saturday; 1 January is in week 1
    month,
    extract(quarter from caldate) as qtr,
    extract(year from caldate) as year,
    is_holiday as holiday,
from day
order by dateid;

create view category_out as
select catid, catgroup, catname, catdesc
from category
order by catid;

create view venue_out as
select venueid, venuename, venuecity, venuestate, venueseats
from venue
order by venueid;

create view event_out as
select eventid, venueid, catid, 1826 + day as dateid, eventname, starttime
from event;

create view listing_out as
select
    listid,
    sellerid,
    eventid,
    1826 + listing_day as dateid,
    numtickets,
    final_price(price) as priceperticket,
    (numtickets * priceperticket)::decimal(8, 2) as totalprice,
    listtime,
from listing;

create view sale_out as
select
    saleid,
    listid,
    sellerid,
    buyerid,
    eventid,
    1826 + sale_day as dateid,
    qtysold,
    pricepaid,
    (pricepaid * getvariable('commission_rate'))::decimal(8, 2) as commission,
    saletime,
from sale;
