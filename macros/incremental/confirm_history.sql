{#
    What a snapshot does last: rows that are as they were are noted as compared with the delivery that is loaded now.
    After the commit (dbt's `after_commit`), so that nothing is noted whose comparison was lost: dbt-redshift says a
    statement again, on a new connection, when another transaction was in its way, and what went before is rolled back.
    Were the note lost, the next run would compare again and find nothing.
#}
{% macro confirm_history(base) %}
    update {{ this }}
    set delivery_version = loaded.delivery_version
    from (select distinct delivery, delivery_version from {{ base }}) as loaded
    where
        {{ this }}.dbt_valid_to is null
        and not {{ this }}.is_deleted
        and {{ this }}.delivery = loaded.delivery
        and {{ this }}.delivery_version <> loaded.delivery_version
{% endmacro %}
