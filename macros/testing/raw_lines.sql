{#
    A line is a dictionary of what differs from `good`, by raw column. Columns that `good` does not name have a value of
    their type, so that a new column does not change the tests there are. Beside columns: `_surplus` is the field beyond
    the last column, `short` says that the line ends before its last field, `file` is the name of its file.
#}
{% macro raw_lines(table, lines, good={}, month=none) %}
{%- set by_type = {
    'integer': '1', 'decimal(8,2)': '1.00', 'date': '2008-01-01', 'timestamp': '2008-01-01 12:30:00', 'boolean': 'true'
} -%}
{%- set declared = raw_tables()[table] -%}
{%- for line in lines %}
{{ 'union all' if not loop.first }}
select
    {%- for raw, _, type, _ in declared.fields + [['_surplus', none, none, none]] %}
    {%- set value = line.get(raw, good.get(raw, by_type.get(type, 'x') if type else none)) %}
    {%- set value = none if line.short and raw == declared.fields[-1][0] else value %}
    {{ 'cast(null as varchar(256))' if value is none else external_tables.sql_literal(value) }} as {{ raw }},
    {%- endfor %}
    {%- if declared.month %}
    {{ external_tables.sql_literal(month) }} as {{ declared.month.column }},
    {%- endif %}
    {{ external_tables.sql_literal(line.get('file', table ~ '.txt')) }} as "$path"
{%- endfor %}
{% endmacro %}
