{#
    dbt's incremental strategy `replace_non_buyers`, of dim_non_buyers: first goes who has bought since, or is another than
    before; then the new rows come. Who has bought has no row that comes, so dbt's `delete+insert` would keep the old one.
#}
{% macro get_incremental_replace_non_buyers_sql(arg_dict) %}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {#- With --empty nothing is read, which is no reason to delete. -#}
    {%- if not flags.EMPTY %}
    delete from {{ arg_dict['target_relation'] }}
    where user_id not in ({{ known_non_buyers() }});
    {%- endif %}

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    (select {{ columns }} from {{ arg_dict['temp_relation'] }})
{% endmacro %}
