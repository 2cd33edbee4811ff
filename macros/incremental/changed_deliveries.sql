{#
    A list, not a subquery, because both engines skip the files of other months only if the months are literals.
#}
{% macro changed_deliveries(table, loaded) %}
    {% set query %}
        select distinct delivery
        from {{ ref('base_tickit__files') }}
        where
            table_name = {{ external_tables.sql_literal(table) }}
            and delivery_version not in (select distinct delivery_version from {{ loaded }})
        order by delivery
    {% endset %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}
