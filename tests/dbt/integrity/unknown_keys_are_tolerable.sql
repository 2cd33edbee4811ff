-- Guards: a join on the wrong key stops the build. The relationships tests report single orphans as
-- warnings; this fails when more than var('tolerated_percent') of a fact's rows name a user, event
-- or listing that is not known.
with

counts as (

    {% for fact in [ref('fct_sales'), ref('fct_listings')] %}
        {% if not loop.first %}union all{% endif %}
        select
            '{{ fact.identifier }}' as fact,
            count(*) as row_count,
            sum(case when has_known_keys then 0 else 1 end) as orphan_count
        from {{ fact }}
    {% endfor %}

)

select *
from counts
where 100 * orphan_count > {{ var('tolerated_percent') }} * row_count
