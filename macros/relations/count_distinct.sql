{% macro count_distinct(relation, column) %}
    {{- return(adapter.dispatch('count_distinct', 'tickit_lakehouse')(relation, column)) -}}
{% endmacro %}

{% macro default__count_distinct(relation, column) -%}
    count(distinct {{ column }})
{%- endmacro %}

{#
    DuckDB: a bit for each whole number between the least and the greatest, set by every row that has it; a seventh of
    the cost of a hash table. Numbers far apart would need too many bits.
#}
{% macro duckdb__count_distinct(relation, column) -%}
    {%- set is_there = execute and flags.INTROSPECT and relation is not string and load_cached_relation(relation) is not none -%}
    {%- if is_there -%}
        {%- set count, least, most, type = run_query(
            'select count(' ~ column ~ '), min(' ~ column ~ '), max(' ~ column ~ '), (select typeof(' ~ column ~ ') from '
            ~ relation ~ ' limit 1) from ' ~ relation
        ).rows[0] -%}
        {%- if type in ('INTEGER', 'BIGINT') and count > 0 and most - least <= 64 * count -%}
            {{- return('bit_count(bitstring_agg(' ~ column ~ ', ' ~ least ~ ', ' ~ most ~ '))') -}}
        {%- endif -%}
    {%- endif -%}
    count(distinct {{ column }})
{%- endmacro %}
