{#
    dbt's incremental strategy `replace_deliveries`, of base models: what was loaded of a changed delivery goes, what is
    in it now comes. Not `merge`, nor dbt's `delete+insert`: both keep a row that the new delivery no longer has.
#}
{% macro get_incremental_replace_deliveries_sql(arg_dict) %}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {#- With --empty nothing is read, which is no reason to delete. -#}
    {%- if not flags.EMPTY %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ is_one_of('delivery', changed_deliveries(config.get('meta').raw_table)) }};
    {%- endif %}

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    (select {{ columns }} from {{ arg_dict['temp_relation'] }})
{% endmacro %}
