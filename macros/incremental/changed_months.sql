{#
    The months whose current version no row of this model has: a list of first days, in order. A row of an earlier
    version is deleted by delete_outdated.
#}
{% macro changed_months() %}
    {% set query %}
        select cast(month_start_date as varchar(10)) as month_start_date
        from {{ ref('stg_tickit__delivered_months') }}
        where delivery_version not in (select distinct delivery_version from {{ this }})
        order by month_start_date
    {% endset %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}
