{# One row is what a listing offered for a time: how many tickets at which price. #}
{% snapshot listing_prices_snapshot %}
{{ config(
    unique_key='listing_id',
    strategy='check',
    check_cols=['ticket_count', 'price_per_ticket', 'total_price', 'delivery', 'is_deleted'],
    meta={'month_of': 'listed_at'},
    dist='listing_id',
    post_hook=after_commit("{{ confirm_history(ref('base_tickit__listings')) }}")
) }}
{{ rows_for_history(ref('stg_tickit__listings'), ref('base_tickit__listings')) }}
{% endsnapshot %}
