{#
    The quotient, rounded half away from zero to `scale` decimals: a decimal(18, scale), the same on both engines to
    the last digit, NULL where the denominator is 0.

    Why not `/`: on Redshift 7 / 2 is 3, decimals get a precision of their own and 1 / 0 is an error; on DuckDB the same
    gives 3.5, a double and infinity. So both operands, which may have two decimals at most, become whole hundredths,
    and whole numbers are divided. The result must stay below 4e16 / 10^scale.
#}
{% macro divide(numerator, denominator, scale=2) -%}
    {%- set top -%}
        cast(cast({{ numerator }} as decimal(18, 2)) * 100 as bigint)
    {%- endset -%}
    {%- set bottom -%}
        nullif(cast(cast({{ denominator }} as decimal(18, 2)) * 100 as bigint), 0)
    {%- endset -%}
    cast(
        sign({{ top }}) * sign({{ bottom }})
        * {{ whole_quotient('(2 * abs(' ~ top ~ ') * ' ~ 10 ** scale ~ ' + abs(' ~ bottom ~ '))',
            '(2 * abs(' ~ bottom ~ '))') }}
        as decimal(18, 0)
    ) * cast({{ '%.*f' | format(scale, 10 ** -scale) }} as decimal({{ scale + 1 }}, {{ scale }}))
{%- endmacro %}
