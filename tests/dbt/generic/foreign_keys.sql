{#
    All foreign keys of a relation in one scan of it; NULL names nothing and is left to not_null. Returns a row for each
    key with orphans (see failed_checks), and for each condition of a key's `agrees` that does not hold between a row,
    `child`, and what the key names, `parent`. `among` is a condition that every row with an orphan meets, so that of a big
    table only these are looked up. What a key refers to must be unique, which is a check of its own there: were it
    not, the number of orphans would be too high, but never be 0 for some or some for 0.
#}
{% test foreign_keys(model, keys, among=none) %}
{{ config(fail_calc='coalesce(sum(failures), 0)') }}
{%- set checks = [] -%}
{%- set rows = '(select * from ' ~ model ~ ' where ' ~ among ~ ')' if among else model -%}
{%- set joins = [rows ~ ' as child'] -%}
{%- for column, parent in keys.items() -%}
    {%- set alias = 'parent_' ~ loop.index -%}
    {%- do joins.append(
        'left join ' ~ parent.to ~ ' as ' ~ alias ~ ' on child.' ~ column ~ ' = ' ~ alias ~ '.' ~ parent.field
    ) -%}
    {%- do checks.append({
        'column': column,
        'fault': 'with a key that is not in ' ~ parent.field ~ ' of ' ~ relation_in_words(parent.to),
        'failures': 'count(case when ' ~ alias ~ '.' ~ parent.field ~ ' is null then child.' ~ column ~ ' end)',
        'find_with': 'select ' ~ shown_columns(model) ~ ' from ' ~ rows ~ (' as child' if among else '') ~ ' where ' ~ column ~ ' not in (select ' ~ parent.field
            ~ ' from ' ~ parent.to ~ ' where ' ~ parent.field ~ ' is not null)',
    }) -%}
    {%- for name, expression in (parent.agrees or {}).items() -%}
        {%- do checks.append({
            'column': none,
            'fault': 'against ' ~ name ~ ': ' ~ expression,
            'failures': 'count(case when not (' ~ expression | replace('parent.', alias ~ '.') ~ ') then 1 end)',
            'find_with': 'select child.* from ' ~ rows ~ ' as child inner join ' ~ parent.to ~ ' as parent on child.'
                ~ column ~ ' = parent.' ~ parent.field ~ ' where not (' ~ expression ~ ')',
        }) -%}
    {%- endfor -%}
{%- endfor -%}

{{ failed_checks(model, joins | join('\n    '), checks) }}
{% endtest %}
