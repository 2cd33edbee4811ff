{#
    Values are compared as text, because that shows the scale too: 25.00 is not 25. The text is in brackets, since
    Redshift compares 'x ' and 'x' as equal; and NULL is named, since Redshift has no `is distinct from`.
#}
{% macro failing_cases(cases) -%}
with

cases as (

    {% for shown, type, actual, expected in cases -%}
    select
        cast({{ external_tables.sql_literal(shown) }} as varchar(100)) as shown,
        coalesce('[' || {{ as_text('(' ~ actual ~ ')', type) }} || ']', 'null') as actual,
        cast({{ external_tables.sql_literal('null' if expected is none else '[' ~ expected ~ ']') }} as varchar(100))
            as expected
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select *
from cases
where actual <> expected
{%- endmacro %}
