{#
    A condition: is the listing one that has other sales now than when this model was built? Sales come after their
    listing, often in a later month, so the months of listings don't tell.
#}
{% macro is_sold_otherwise(listing_id, sold) -%}
{{ listing_id }} in (
    select built.listing_id
    from {{ this }} as built
    left join {{ sold }} as sold on built.listing_id = sold.listing_id
    where
        built.sale_count <> coalesce(sold.sale_count, 0)
        or built.quantity_sold <> coalesce(sold.quantity_sold, 0)
        or built.revenue <> coalesce(sold.revenue, 0)
        or built.first_sold_at <> sold.first_sold_at
        or built.last_sold_at <> sold.last_sold_at
)
{%- endmacro %}
