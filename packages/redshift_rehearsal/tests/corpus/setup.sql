-- AWS's sample database in small: the tables that the corpus asks, with a row or a few each. Its table date is called dates here: in
-- PostgreSQL a table is a type too, and the rehearsal would take the type date for it.
create table sales (
    salesid integer not null, listid integer not null distkey, sellerid integer not null, buyerid integer not null,
    eventid integer not null, dateid smallint not null sortkey, qtysold smallint not null, pricepaid decimal(8, 2),
    commission decimal(8, 2), saletime timestamp
);
create table listing (
    listid integer not null distkey, sellerid integer not null, eventid integer not null, dateid smallint not null sortkey,
    numtickets smallint not null, priceperticket decimal(8, 2), totalprice decimal(8, 2), listtime timestamp
);
create table event (
    eventid integer not null distkey, venueid smallint not null, catid smallint not null, dateid smallint not null sortkey,
    eventname varchar(200), starttime timestamp
);
create table category (catid smallint not null, catgroup varchar(10), catname varchar(10), catdesc varchar(50)) diststyle all;
create table venue (
    venueid smallint not null distkey sortkey, venuename varchar(100), venuecity varchar(30), venuestate char(2), venueseats integer
);
create table users (
    userid integer not null distkey sortkey, username char(8), firstname varchar(30), lastname varchar(30), city varchar(30),
    state char(2), email varchar(100), phone char(14), likesports boolean, liketheatre boolean
);
create table dates (
    dateid smallint not null distkey sortkey, caldate date not null, day character(3) not null, week smallint not null,
    month character(5) not null, qtr character(5) not null, year smallint not null, holiday boolean default ('N')
);
create table winsales (salesid int, dateid date, sellerid int, buyerid char(10), qty int, qty_shipped int);
create table employee (id int, name varchar(20), manager_id int);
create table part (partname varchar, manufacturer varchar, quality int, price decimal(12, 2));
create table count_by_color (quality varchar, red int, green int, blue int);
create table target (id int, name varchar(10));
create table source (id int, name varchar(10));
insert into sales values (1, 1, 36861, 21191, 1, 1875, 4, 728.00, 109.20, '2008-02-18 02:36:48');
insert into sales values (2, 1, 8117, 11498, 1, 1983, 2, 76.00, 11.40, '2008-06-06 05:00:16');
insert into listing values (1, 36861, 1, 1850, 10, 182.00, 1820.00, '2008-01-24 06:43:29');
insert into event values (1, 305, 8, 1851, 'Gotterdammerung', '2008-01-25 14:30:00');
insert into category values (8, 'Shows', 'Opera', 'All opera and light opera');
insert into venue values (305, 'War Memorial Opera House', 'San Francisco', 'CA', 3283);
insert into users values (1, 'JSG99FHE', 'Rafael', 'Taylor', 'Kent', 'WA', 'a@example.com', '(664) 602-4412', true, false);
insert into dates values (1875, '2008-02-18', 'MO', 8, 'FEB', '1', 2008, false);
insert into winsales values (30001, '2003-08-02', 3, 'b', 10, 10);
insert into employee values (101, 'John', null);
insert into part values ('prop', 'local parts co', 2, 10.00);
insert into count_by_color values ('high', 15, 20, 7);
insert into target values (101, 'Bob');
insert into source values (102, 'Tony');
