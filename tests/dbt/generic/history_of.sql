{#
    A snapshot is the history of a relation: each key has one row that holds now, and each row that has ended was
    followed by the next at that moment, so a time finds one row. What the relation has holds now, and so does what its
    base model says nothing of (see compared_deliveries). Returns a row for each check that fails (see
    failed_checks). Only keys with more than one row are compared among themselves: most have never changed.
#}
{% test history_of(model, key, relation, base) %}
{{ config(fail_calc='coalesce(sum(failures), 0)') }}
{%- set pairs = ' from ' ~ model ~ ' as ended inner join ' ~ model ~ ' as other on ended.' ~ key ~ ' = other.' ~ key
    ~ ' where ended.dbt_valid_to is not null group by ended.' ~ key ~ ', ended.dbt_valid_from, ended.dbt_valid_to' -%}
{%- set pair = 'select ended.' ~ key ~ ', ended.dbt_valid_from, ended.dbt_valid_to' ~ pairs -%}
{%- set far = "cast('9999-12-31' as timestamp)" -%}
{%- set queries = {
    'that hold now, beside another of their key': 'select ' ~ key ~ ', count(*) as row_count from ' ~ model
        ~ ' where dbt_valid_to is null group by ' ~ key ~ ' having count(*) > 1',
    'that overlap another of their key, or end before they begin': pair
        ~ ' having sum(case when ended.dbt_valid_from < coalesce(other.dbt_valid_to, ' ~ far
        ~ ') and other.dbt_valid_from < ended.dbt_valid_to then 1 else 0 end) <> 1',
    'that no other follows when they end': pair
        ~ ' having sum(case when other.dbt_valid_from = ended.dbt_valid_to then 1 else 0 end) <> 1',
} -%}
{%- set holds_now = 'dbt_valid_to is null and not is_deleted' -%}
{%- do queries.update({
    'fewer that hold now than there are in ' ~ relation_in_words(relation): 'select ' ~ key ~ ' from ' ~ relation
        ~ ' except select ' ~ key ~ ' from ' ~ model ~ ' where ' ~ holds_now,
    'that hold now, of keys that ' ~ relation_in_words(base) ~ ' has no more': 'select ' ~ key ~ ' from ' ~ model
        ~ ' as kept where ' ~ holds_now ~ ' and delivery in (select delivery from (' ~ compared_deliveries(base, key)
        ~ ') as compared where has_all_keys) and not exists (select 1 from ' ~ base ~ ' as lines where lines.' ~ key
        ~ ' = kept.' ~ key ~ ')',
}) -%}
{%- set checks = [{
    'column': key,
    'fault': 'without a value',
    'failures': 'count(*) - count(' ~ key ~ ')',
    'find_with': 'select ' ~ shown_columns(model) ~ ' from ' ~ model ~ ' where ' ~ key ~ ' is null',
}] -%}
{%- for fault, query in queries.items() -%}
    {%- do checks.append({
        'column': none,
        'fault': fault,
        'failures': '(select count(*) from (' ~ query ~ ') as found)',
        'find_with': query,
    }) -%}
{%- endfor -%}

{{ failed_checks(model, model, checks) }}
{% endtest %}
