{#
    One row is a user as he or she was for a time: where from, and what they like. No names, no address, no telephone:
    what identifies a person is not kept longer than the source keeps it.
#}
{% snapshot users_snapshot %}
{{ config(
    unique_key='user_id',
    strategy='check',
    check_cols=['city', 'state_code', 'likes_sports', 'likes_theatre', 'likes_concerts', 'likes_jazz',
        'likes_classical', 'likes_opera', 'likes_rock', 'likes_vegas', 'likes_broadway', 'likes_musicals',
        'delivery', 'is_deleted'],
    post_hook=after_commit("{{ confirm_history(ref('base_tickit__users')) }}")
) }}
{{ rows_for_history(ref('stg_tickit__users'), ref('base_tickit__users')) }}
{% endsnapshot %}
