{#
    One row is a venue as it was for a time. Check, not timestamp: the source has no time of a change, and that of a
    file is when it was written, not when it came to be known here.
#}
{% snapshot venues_snapshot %}
{{ config(
    unique_key='venue_id',
    strategy='check',
    check_cols=['venue_name', 'city', 'state_code', 'seat_count', 'delivery', 'is_deleted'],
    post_hook=after_commit("{{ confirm_history(ref('base_tickit__venues')) }}")
) }}
{{ rows_for_history(ref('stg_tickit__venues'), ref('base_tickit__venues')) }}
{% endsnapshot %}
