{#
    Also those of which the snapshot has rows and that cannot be compared. By their versions, not by times: a clock can
    be set back.
#}
{% macro deliveries_to_compare(base) %}
    {% set query %}
        with

        comparable as (
            select delivery, delivery_version from ({{ compared_deliveries(base, config.get('unique_key')) }}) as loaded
        ),

        compared as (
            select distinct delivery, delivery_version from {{ this }} where dbt_valid_to is null and not is_deleted
        )

        select delivery from comparable where delivery_version not in (select delivery_version from compared)
        union
        select delivery from compared where delivery_version not in (select delivery_version from comparable)
        order by delivery
    {% endset %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}
