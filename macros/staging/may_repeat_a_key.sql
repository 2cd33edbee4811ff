{# Can a key stand on more than one good line of a base model? Where no, nobody has to look for it line by line. #}
{% macro may_repeat_a_key(base, key) %}
    {{- return(adapter.dispatch('may_repeat_a_key', 'tickit_lakehouse')(base, key)) -}}
{% endmacro %}

{% macro default__may_repeat_a_key(base, key) %}
    {{ return(true) }}
{% endmacro %}

{#
    DuckDB: a bit for each whole number between the least key and the greatest, set by every line that has it. As many
    bits as lines: no key repeats. A tenth of the cost of grouping; keys far apart would need too many bits.
#}
{% macro duckdb__may_repeat_a_key(base, key) %}
    {#- A unit test has no `this`. -#}
    {% if not (execute and flags.INTROSPECT and this) or load_cached_relation(base) is none %}
        {{ return(true) }}
    {% endif %}
    {% set good_lines = 'from ' ~ base ~ ' where reject_reason is null' %}
    {% set lines, least, most = run_query('select count(*), min(' ~ key ~ '), max(' ~ key ~ ') ' ~ good_lines).rows[0] %}
    {% if lines == 0 %}
        {{ return(false) }}
    {% elif most - least > 64 * lines %}
        {{ return(true) }}
    {% endif %}
    {% set keys = run_query(
        'select bit_count(bitstring_agg(' ~ key ~ ', ' ~ least ~ ', ' ~ most ~ ')) ' ~ good_lines
    ).rows[0][0] %}
    {{ return(keys < lines) }}
{% endmacro %}
