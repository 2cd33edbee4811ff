-- One row is a category of events, for example Concerts / Jazz.
with

categories as (

    {{ usable_lines(ref('base_tickit__categories'), 'category') }}

),

final as (

    select
        ---------- ids
        category_id,

        ---------- strings
        category_group,
        category_name,
        category_description
    from categories

)

select * from final
