{#
    dbt's incremental strategy `replace_months`, of facts and what is added up from them: rows that are outdated go, and
    with a `unique_key` also those whose key comes anew; then the new rows come. Not `merge`, nor dbt's
    `delete+insert`: both keep a row that its month no longer has.
#}
{% macro get_incremental_replace_months_sql(arg_dict) %}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {%- set unique_key = arg_dict['unique_key'] -%}
    {#- With --empty nothing is read, which is no reason to delete. -#}
    {%- if not flags.EMPTY %}
    delete from {{ arg_dict['target_relation'] }}
    where {{ is_outdated() }};
    {%- endif %}

    {% if unique_key -%}
    delete from {{ arg_dict['target_relation'] }}
    where {{ unique_key }} in (select {{ unique_key }} from {{ arg_dict['temp_relation'] }});
    {%- endif %}

    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    (select {{ columns }} from {{ arg_dict['temp_relation'] }})
{% endmacro %}
