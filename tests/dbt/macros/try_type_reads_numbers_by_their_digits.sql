-- Guards: a number that try_type() gives is the number that the digits say, and a text that is none is none on both
-- engines, for thousands of texts around each limit.
with

signs as (

    {% for sign in ['', '-', '+', ' ', '--', '0', '00', '0x'] -%}
    select
        cast('{{ sign }}' as varchar(9)) as text,
        {{ sign in ('', '-', '0', '00') }} as is_sign
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

wholes as (

    {% for whole in [
        '0', '7', '007', '42', '999999', '1000000', '2147483647', '2147483648', '2147483649', '9999999999',
        '1e3', '1E3', '1_000', '1,000', '0b11', 'nan', 'inf', 'Infinity', 'null', 'true',
    ] -%}
    select cast('{{ whole }}' as varchar(20)) as text
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

fractions as (

    {% for fraction in ['', '.', '.0', '.5', '.05', '.99', '.005', '.995', '.999', ',5', ' ', 'e0', '.5.5', '.-5', 'd', '%'] -%}
    select cast('{{ fraction }}' as varchar(9)) as text
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

texts as (

    select
        signs.text || wholes.text || fractions.text as text,
        signs.text as sign_text,
        wholes.text as whole_text,
        fractions.text as fraction_text,
        signs.is_sign and {{ matches('wholes.text', '[0-9]+') }} as is_whole
    from signs
    cross join wholes
    cross join fractions

),

typed as (

    select
        *,
        {{ try_type('text', 'integer') }} as as_integer,
        {{ try_type('text', 'decimal(8,2)') }} as as_decimal,
        -- The same digits, by arithmetic that both engines do exactly.
        case
            when is_whole
                then
                    case when sign_text = '-' and length(sign_text) = 1 then -1 else 1 end
                    * cast(whole_text as bigint)
        end as whole_number
    from texts

)

select *
from typed
where
    (
        as_integer is not null
        and (whole_number is null or length(fraction_text) > 0 or as_integer <> whole_number)
    )
    or (
        as_integer is null
        and is_whole
        and length(fraction_text) = 0
        and length(sign_text) + length(whole_text) <= 10
        and whole_number between -2147483648 and 2147483647
    )
    or (
        as_decimal is not null
        and (
            whole_number is null
            or not {{ matches('fraction_text', '([.][0-9]{1,2})?') }}
            or floor(abs(as_decimal)) <> abs(whole_number)
        )
    )
    or (
        as_decimal is null
        and is_whole
        and {{ matches('fraction_text', '([.][0-9]{1,2})?') }}
        and length(sign_text) + length(whole_text) <= 6
    )
