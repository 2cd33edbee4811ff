-- The large tables, which are filled part by part, so that memory is bounded at any scale. Types are narrow, because at
-- scale 1,000 there are 192 million listings.

create table event (
    eventid integer,
    venueid integer,
    catid tinyint,
    day smallint,
    eventname varchar,
    starttime timestamp,
    popularity double,
    fair_price double
);

-- Listings in the order of their number, which is the order of events; `demand` is relative, `price` is before the price
-- level of the lake is set.
create table drawn_listing (
    listing_number integer,
    sellerid integer,
    eventid integer,
    catid tinyint,
    listing_day smallint,
    event_day smallint,
    listtime timestamp,
    starttime timestamp,
    numtickets tinyint,
    price double,
    demand double
);

-- The same in the order of time, which is the order of listid.
create table listing (
    listid integer,
    sellerid integer,
    eventid integer,
    catid tinyint,
    listing_day smallint,
    event_day smallint,
    listtime timestamp,
    starttime timestamp,
    numtickets tinyint,
    price double,
    demand double
);

-- One row per order that finds tickets, some more than there are to be sales.
create table placed_order (
    listid integer,
    candidate integer,
    level double,
    sellerid integer,
    eventid integer,
    catid tinyint,
    sale_day smallint,
    saletime timestamp,
    qtysold tinyint,
    price double
);

create table sale (
    saleid integer,
    listid integer,
    sellerid integer,
    buyerid integer,
    eventid integer,
    sale_day smallint,
    qtysold tinyint,
    pricepaid decimal(8, 2),
    saletime timestamp
);

create table user_out (
    userid integer,
    username varchar,
    firstname varchar,
    lastname varchar,
    city varchar,
    state varchar,
    email varchar,
    phone varchar,
    likesports boolean,
    liketheatre boolean,
    likeconcerts boolean,
    likejazz boolean,
    likeclassical boolean,
    likeopera boolean,
    likerock boolean,
    likevegas boolean,
    likebroadway boolean,
    likemusicals boolean
);
