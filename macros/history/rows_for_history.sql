{#
    A first run and a run with `--full-refresh`, which follows a change of code, return all rows. A run without new data
    compares nothing, and a new month costs a month.

    dbt's hard_deletes treats each row that a query lacks as deleted. Here the query returns deleted rows too, with
    `is_deleted`: it looks for them by key, because a line can move to another month or be rejected.
#}
{% macro rows_for_history(staged, base) %}
{%- set key = config.get('unique_key') -%}
{%- set columns = [key] + (config.get('check_cols') | reject('in', ['delivery', 'is_deleted']) | list) -%}
{%- set month_of = (config.get('meta') or {}).get('month_of') -%}
{%- set is_kept = execute and flags.INTROSPECT and load_cached_relation(this) is not none -%}
{%- set kept_columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list if is_kept else [] -%}
{%- set compares_all = not is_kept or flags.FULL_REFRESH -%}
{%- set deliveries = [] if compares_all else deliveries_to_compare(base) -%}
{%- set lake = lake_of_history() -%}
{%- set lake = "cast(" ~ (external_tables.sql_literal(lake) if lake else 'null') ~ " as varchar(1024))" -%}
{%- if execute and flags.INTROSPECT -%}
    {%- do refuse_another_target([staged, base]) -%}
    {%- if compares_all or deliveries -%}{%- do refuse_repeated_keys(staged, key) -%}{%- endif -%}
{%- endif -%}
with

loaded as (
    {{ compared_deliveries(base, key) }}
),

{% if is_kept -%}
known as (

    select
        {% for column in columns -%}
        {#- A column that is new: NULL of its type. -#}
        {{ column if column in kept_columns else '(select ' ~ column ~ ' from ' ~ staged ~ ' where 1 = 0) as ' ~ column }},
        {% endfor -%}
        delivery,
        delivery_version
    from {{ this }}
    where
        dbt_valid_to is null
        {%- if not compares_all %}
        and {{ is_one_of('delivery', deliveries) }}
        {%- endif %}

),

{% endif -%}
present as (

    select
        {% for column in columns -%}
        staged.{{ column }},
        {% endfor -%}
        loaded.delivery,
        loaded.delivery_version
    from {{ staged }} as staged
    inner join loaded
        on {{ dbt.date_trunc('month', 'staged.' ~ month_of) ~ " = cast(loaded.delivery || '-01' as date)"
            if month_of else "loaded.delivery = 'all'" }}
    {%- if not (compares_all or deliveries) %}
    where 1 = 0
    {%- elif not compares_all and month_of %}
    {%- set months = [] -%}
    {%- for delivery in deliveries -%}{%- do months.append(delivery ~ '-01') -%}{%- endfor %}
    where
        {{ is_in_months('staged.' ~ month_of, months) }}
        or staged.{{ key }} in (select {{ key }} from known)
    {%- endif %}

)

select
    *,
    {{ lake }} as lake,
    false as is_deleted
from present
{% if is_kept -%}
union all
select
    *,
    {{ lake }} as lake,
    true as is_deleted
from known
where
    delivery in (select delivery from loaded where has_all_keys)
    and not exists (select 1 from {{ base }} as lines where lines.{{ key }} = known.{{ key }})
{%- endif -%}
{% endmacro %}
