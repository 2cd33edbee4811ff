{#
    What a snapshot does last: rows that are as they were are noted as compared with the delivery that is loaded now,
    and all rows that hold now as of this lake.
    After the commit (dbt's `after_commit`), so that nothing is noted whose comparison was lost: dbt-redshift says a
    statement again, on a new connection, when another transaction was in its way, and what went before is rolled back.
    Were the note lost, the next run would compare again and find nothing.
#}
{% macro confirm_history(base) %}
    {%- set lake = lake_of_history() %}
    update {{ this }}
    set delivery_version = loaded.delivery_version
    from (select distinct delivery, delivery_version from {{ base }}) as loaded
    where
        {{ this }}.dbt_valid_to is null
        and not {{ this }}.is_deleted
        and {{ this }}.delivery = loaded.delivery
        and {{ this }}.delivery_version <> loaded.delivery_version
    {%- if lake %};
    update {{ this }}
    set lake = {{ external_tables.sql_literal(lake) }}
    where dbt_valid_to is null and coalesce(lake, '') <> {{ external_tables.sql_literal(lake) }}
    {%- endif %}
{% endmacro %}
