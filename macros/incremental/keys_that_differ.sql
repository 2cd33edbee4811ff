{#
    The keys whose (key, version) pairs are not the same in two queries: new, changed and vanished ones. A list of
    texts, in order.
#}
{% macro keys_that_differ(expected, actual) %}
    {% set query %}
        with expected as ({{ expected }}), actual as ({{ actual }}),
        too_few as (select * from expected except select * from actual),
        too_many as (select * from actual except select * from expected)
        select part from too_few
        union
        select part from too_many
        order by part
    {% endset %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}
