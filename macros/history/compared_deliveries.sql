{#
    The deliveries of a base model that a snapshot is compared with: those with a usable line. One that is not there, or
    of which no line can be used, says nothing of its rows. A row is gone only if its key is on no line, so a delivery
    that has a line without a readable key (`has_all_keys` is false) says of no row that it is gone.
#}
{% macro compared_deliveries(base, key) %}
    select
        delivery,
        delivery_version,
        count(*) = count({{ key }}) as has_all_keys
    from {{ base }}
    group by delivery, delivery_version
    having count(*) > count(reject_reason)
{% endmacro %}
