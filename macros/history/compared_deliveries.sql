{#
    Only deliveries with a usable line: a missing one, or one without a usable line, is no evidence that a row was
    deleted. Nor is a delivery with a line whose key cannot be read (`has_all_keys` is false).
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
