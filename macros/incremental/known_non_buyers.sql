{# The users in dim_non_buyers who are as they were: a query for their keys. #}
{% macro known_non_buyers() %}
    select users.user_id
    from {{ ref('dim_users') }} as users
    inner join {{ this }} as known
        on
        users.user_id = known.user_id
        and users.delivery_version = known.delivery_version
    where users.purchase_count = 0
{% endmacro %}
