-- Randomness without state: a number depends on the seed, on what it is for, and on the keys of the row, so that
-- neither threads nor the order of rows change it. hash() is hashed again, because hash(a, b) of neighbouring b is
-- correlated. DuckDB may change hash() between versions: a test holds its value, and duckdb is pinned.
create macro uniform(purpose, a, b := 0) as
    (hash(hash(getvariable('seed')::bigint, purpose, a::bigint, b::bigint)) >> 11)::double / 9007199254740992.0;

create macro normal(purpose, a, b := 0) as
    sqrt(-2 * ln(1 - uniform(purpose || '/r', a, b))) * cos(2 * pi() * uniform(purpose || '/a', a, b));

-- An index from 1 to size; with a skew above one, small indexes are likelier.
create macro pick(size, u, skew := 1) as 1 + floor(size * pow(u, skew))::bigint;

-- A trader's place in a group of this size, from 0: the chance of a place falls as 1 / (place + head), the head being a
-- share of the group. So a few trade much, and many trade once or twice.
create macro trader(size, u) as
    floor(size * getvariable('trade_head') * (pow(1 + 1 / getvariable('trade_head'), u) - 1))::bigint;

-- Users are known by rank inside the generator: the first ranks trade most. These two turn a rank from 0 into a userid
-- and back, so that a userid says nothing about its rank.
create macro buyer_userid(rank) as 1 + (rank * getvariable('stride') + getvariable('shift')) % getvariable('users');
create macro buyer_rank(userid) as
    ((userid - 1 + getvariable('users') - getvariable('shift')) * getvariable('unstride')) % getvariable('users');
create macro seller_userid(rank) as 1 + (rank * getvariable('seller_stride')) % getvariable('users');

-- A time of the day in seconds: mostly between 9 and 23 hours, some at any time.
create macro second_of_day(purpose, a, b := 0) as
    if(
        uniform(purpose || '/night', a, b) < 0.12,
        floor(86400 * uniform(purpose || '/1', a, b)),
        32400 + floor(50400 * (uniform(purpose || '/1', a, b) + uniform(purpose || '/2', a, b)) / 2)
    )::bigint;

-- Day 1 is 2008-01-01, day 59 is 28 February, day 60 is 1 March, day 365 is 31 December.
create macro moment(day, second) as
    timestamp '2008-01-01' + to_seconds((day - 1 + if(day > 59, 1, 0)) * 86400 + second);

create macro letter(number) as chr((65 + number % 26)::int);

-- What a user with this favourite (a position in the list of tastes) answers to a like: true, false or nothing.
create macro likes(name, userid, taste) as
    if(
        uniform(name || '/answered', userid) < getvariable('answered'),
        uniform(name, userid) < getvariable(name)[taste],
        null
    );

-- A price in whole dollars, at the price level of the lake and within its range.
create macro final_price(price) as
    greatest(
        getvariable('least_price'),
        least(getvariable('most_price'), round(price * getvariable('price_level')))
    )::decimal(8, 2);
