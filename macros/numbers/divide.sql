{#
    Why not `/`: on Redshift 7 / 2 is 3, decimals get a precision of their own and 1 / 0 is an error; on DuckDB the same
    gives 3.5, a double and infinity. So both operands become whole hundredths, and whole numbers are divided. Nor
    sign(): of a bigint it is a double where PostgreSQL is the ancestor, and makes a double of all that it is multiplied
    by. Numerator and result must stay below 4e16 / 10^scale; beyond, both engines raise an error.
#}
{% macro divide(numerator, denominator, scale=2) -%}
    {%- set top -%}
        cast(cast({{ numerator }} as decimal(18, 2)) * 100 as bigint)
    {%- endset -%}
    {%- set bottom -%}
        nullif(cast(cast({{ denominator }} as decimal(18, 2)) * 100 as bigint), 0)
    {%- endset -%}
    cast(
        case when ({{ top }} < 0) = ({{ bottom }} < 0) then 1 else -1 end
        * {{ whole_quotient('(2 * abs(' ~ top ~ ') * ' ~ 10 ** scale ~ ' + abs(' ~ bottom ~ '))',
            '(2 * abs(' ~ bottom ~ '))') }}
        as decimal(18, 0)
    ) * cast({{ '%.*f' | format(scale, 10 ** -scale) }} as decimal({{ scale + 1 }}, {{ scale }}))
{%- endmacro %}
