{#
    The deliveries of a base model that this snapshot was not compared with as they are now, and those that it has rows
    of and that cannot be compared: a list of months, or ['all']. By their versions, not by times: a clock can be put
    back.
#}
{% macro deliveries_to_compare(base) %}
    {{ return(keys_that_differ(
        "select delivery as part, delivery_version as version from ("
        ~ compared_deliveries(base, config.get('unique_key')) ~ ") as compared",
        "select distinct delivery as part, delivery_version as version from " ~ this
        ~ " where dbt_valid_to is null and not is_deleted"
    )) }}
{% endmacro %}
