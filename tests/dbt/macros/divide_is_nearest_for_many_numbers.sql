-- Guards: divide() gives the nearest cent, and of two the one away from zero, for ten thousand pairs of all signs.
-- It multiplies to check, which both engines do exactly.
with

digits as (

    {% for digit in range(10) -%}
    select {{ digit }} as digit
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

numbers as (

    select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands

),

-- Scattered by primes. A denominator is 0 now and then, and often even, so that halves occur.
operands as (

    select
        (number * 7919) % 20011 - 10005 as cents,
        (number * 3571) % 41 - 20 as denominator
    from numbers

),

quotients as (

    select
        cents,
        denominator,
        cast(100 * {{ divide('0.01 * cents', 'denominator') }} as bigint) as quotient_cents
    from operands

),

judged as (

    select
        *,
        2 * (abs(cents) - abs(quotient_cents) * abs(denominator)) as twice_the_remainder
    from quotients

)

select *
from judged
where
    case
        when denominator = 0 then quotient_cents is not null
        when quotient_cents is null then true
        else
            twice_the_remainder < -abs(denominator)
            or twice_the_remainder >= abs(denominator)
            or quotient_cents * cents * denominator < 0
    end
