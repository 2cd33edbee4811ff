{#
    All checks of a relation in one scan of it: a query and a node for each would cost more than what they ask. Returns
    a row for each check that fails (see failed_checks), so none loses its name. NULL is left to not_null.
#}
{% test checks(
    model, not_null=[], unique=[], accepted_values={}, accepted_range={}, expression_is_true={}, expression_is_mostly_true={},
    as_many_rows_as=none, usable_lines_of=none
) %}
{{ config(fail_calc='coalesce(sum(failures), 0)') }}
{%- set checks = [] -%}
{%- set rows_where = 'select ' ~ shown_columns(model) ~ ' from ' ~ model ~ ' where ' -%}

{%- for column in not_null -%}
    {%- do checks.append({
        'column': column,
        'fault': 'without a value',
        'failures': 'count(*) - count(' ~ column ~ ')',
        'find_with': rows_where ~ column ~ ' is null',
    }) -%}
{%- endfor -%}

{%- for key in unique -%}
    {%- set columns = key if key is string else key | join(', ') -%}
    {%- set repeated = columns ~ ', count(*) as row_count from ' ~ model
        ~ (' where ' ~ key ~ ' is not null' if key is string else '')
        ~ ' group by ' ~ columns ~ ' having count(*) > 1' -%}
    {%- do checks.append({
        'column': columns,
        'fault': 'repeating a value of another row',
        'failures': 'count(' ~ key ~ ') - ' ~ count_distinct(model, key) if key is string
            else '(select coalesce(sum(row_count - 1), 0) from (select ' ~ repeated ~ ') as repeated)',
        'find_with': 'select ' ~ repeated,
    }) -%}
{%- endfor -%}

{#- Each of the others is a condition that a wrong row meets. -#}
{%- set wrong = [] -%}
{%- for column, values in accepted_values.items() -%}
    {%- set literals = [] -%}
    {%- for value in values -%}
        {%- do literals.append(value if value is number else external_tables.sql_literal(value)) -%}
    {%- endfor -%}
    {%- do wrong.append(
        [column, 'with a value not among ' ~ values | join(', '), column ~ ' not in (' ~ literals | join(', ') ~ ')']
    ) -%}
{%- endfor -%}
{%- for column, range in accepted_range.items() -%}
    {%- set below = column ~ ' < ' ~ range.min_value -%}
    {%- set above = column ~ ' > ' ~ range.max_value -%}
    {%- if 'max_value' not in range -%}
        {%- do wrong.append([column, 'below ' ~ range.min_value, below]) -%}
    {%- elif 'min_value' not in range -%}
        {%- do wrong.append([column, 'above ' ~ range.max_value, above]) -%}
    {%- else -%}
        {%- set fault = 'outside ' ~ range.min_value ~ ' to ' ~ range.max_value -%}
        {%- do wrong.append([column, fault, below ~ ' or ' ~ above]) -%}
    {%- endif -%}
{%- endfor -%}
{%- for name, expression in expression_is_true.items() -%}
    {%- do wrong.append([none, 'against ' ~ name ~ ': ' ~ expression, 'not (' ~ expression ~ ')']) -%}
{%- endfor -%}
{%- for column, fault, condition in wrong -%}
    {%- do checks.append({
        'column': column,
        'fault': fault,
        'failures': 'count(case when ' ~ condition ~ ' then 1 end)',
        'find_with': rows_where ~ condition,
    }) -%}
{%- endfor -%}

{%- for name, expression in expression_is_mostly_true.items() -%}
    {%- set failures = 'count(case when not (' ~ expression ~ ') then 1 end)' -%}
    {%- do checks.append({
        'column': none,
        'fault': 'against ' ~ name ~ ', more than ' ~ var('tolerated_percent') ~ ' %: ' ~ expression,
        'failures': 'case when 100 * ' ~ failures ~ ' > ' ~ var('tolerated_percent') ~ ' * count(*) then ' ~ failures
            ~ ' else 0 end',
        'find_with': rows_where ~ 'not (' ~ expression ~ ')',
    }) -%}
{%- endfor -%}

{%- if as_many_rows_as is not none -%}
    {%- set other_rows = '(select count(*) from ' ~ as_many_rows_as ~ ')' -%}
    {%- do checks.append({
        'column': none,
        'fault': 'more or fewer than ' ~ relation_in_words(as_many_rows_as) ~ ' has',
        'failures': 'abs(count(*) - ' ~ other_rows ~ ')',
        'find_with': 'select count(*) as row_count, ' ~ other_rows ~ ' as other_row_count from ' ~ model,
    }) -%}
{%- endif -%}

{%- if usable_lines_of is not none -%}
    {%- set base = relation_in_words(usable_lines_of) -%}
    {%- set lines = '(select count(*) from ' ~ usable_lines_of ~ ')' -%}
    {%- set reasons = 'select reject_reason, count(*) as line_count from ' ~ usable_lines_of ~ ' group by reject_reason' -%}
    {%- do checks.append({
        'column': none,
        'fault': 'rejected, more than ' ~ var('tolerated_percent') ~ ' % of the lines of ' ~ base,
        'failures': 'case when 100 * (' ~ lines ~ ' - count(*)) > ' ~ var('tolerated_percent') ~ ' * ' ~ lines
            ~ ' then ' ~ lines ~ ' - count(*) else 0 end',
        'find_with': reasons,
    }) -%}
    {%- do checks.append({
        'column': none,
        'fault': 'too few: not one line of ' ~ base ~ ' can be used',
        'failures': 'case when count(*) = 0 then 1 else 0 end',
        'find_with': reasons,
    }) -%}
{%- endif -%}

{{ failed_checks(model, model, checks) }}
{% endtest %}
