-- Number the listings of the days from `first` to before `next` in the order of time.
insert into listing
select
    getvariable('rows_before') + row_number() over () as listid,
    * exclude (listing_number),
from (
    select *
    from drawn_listing
    where listing_day >= getvariable('first') and listing_day < getvariable('next')
    order by listtime, listing_number
);
