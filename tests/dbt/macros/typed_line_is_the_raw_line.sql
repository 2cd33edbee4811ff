-- Guards: typed_line() writes all fields in their order, with every delimiter, an unknown one as nothing.
{% set fields = [
    ['a', 'number', 'integer', true],
    ['b', 'name', 'varchar(9)', true],
    ['c', 'price', 'decimal(8,2)', true],
    ['d', 'is_good', 'boolean', true],
    ['e', 'made_at', 'timestamp', true],
] %}

with

lines as (

    select
        cast(7 as integer) as number,
        cast('Aïda' as varchar(9)) as name,
        cast(5 as decimal(8, 2)) as price,
        true as is_good,
        cast('2008-01-09 07:05:00' as timestamp) as made_at,
        '7|Aïda|5.00|true|2008-01-09 07:05:00' as expected
    union all
    select
        cast(null as integer) as number,
        cast(null as varchar(9)) as name,
        cast(null as decimal(8, 2)) as price,
        cast(null as boolean) as is_good,
        cast(null as timestamp) as made_at,
        '||||' as expected

),

written as (

    select
        {{ typed_line('lines', fields) }} as actual,
        expected
    from lines

)

select *
from written
where coalesce(actual, 'null') <> expected
