{# In order, as is_in_months needs them. delete_outdated deletes the rows of earlier versions. #}
{% macro changed_months() %}
    {% set query %}
        select cast(month_start_date as varchar(10)) as month_start_date
        from {{ ref('stg_tickit__delivered_months') }}
        where delivery_version not in (select distinct delivery_version from {{ this }})
        order by month_start_date
    {% endset %}
    {{ return(run_query(query).columns[0].values() | list) }}
{% endmacro %}
