-- One row is a user and a genre that the user says to like.
-- A view, as a build does not read it: Python models do.
{{ config(materialized='view', bind=false) }}

{% for genre in genres() %}
    {% if not loop.first %}union all{% endif %}
    select
        user_id,
        cast('{{ genre }}' as varchar(10)) as genre
    from {{ ref('stg_tickit__users') }}
    where likes_{{ genre }}
{% endfor %}
