{#
    After the commit (dbt's `after_commit`), so that no comparison is recorded that was lost: dbt-redshift repeats a
    statement on a new connection when another transaction was in its way, and what came before it is rolled back. If
    this record is lost, the next run compares again and finds nothing.
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
