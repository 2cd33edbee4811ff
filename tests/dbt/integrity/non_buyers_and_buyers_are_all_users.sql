-- Guards: every user is either a buyer or a non-buyer, none is both, none is missing.
with

counts as (

    select
        (select count(*) from {{ ref('dim_users') }}) as user_count,
        (
            select count(*)
            from {{ ref('dim_users') }}
            where persona in ('buyer', 'both')
        ) as buyer_count,
        (select count(*) from {{ ref('dim_non_buyers') }}) as non_buyer_count

)

select *
from counts
where user_count <> buyer_count + non_buyer_count
