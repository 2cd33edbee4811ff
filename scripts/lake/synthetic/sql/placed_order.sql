-- One row per order that finds tickets; empty until orders.sql fills it, part by part.
create or replace table placed_order (
    listid bigint,
    candidate bigint,
    level double,
    sellerid bigint,
    eventid bigint,
    catid integer,
    saletime timestamp,
    qtysold integer,
    price double
);
