-- One row per order that finds tickets; empty until orders.sql fills it, part by part.
create or replace table placed_order (
    listid bigint,
    candidate integer,
    level double,
    sellerid integer,
    eventid integer,
    catid tinyint,
    saletime timestamp,
    qtysold tinyint,
    price double
);
