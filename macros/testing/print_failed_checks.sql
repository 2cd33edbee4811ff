{#
    dbt itself prints the name of a failed test only, and a grouped test (checks, foreign_keys, history_of) has many
    checks. A singular test counts and names and selects no personal data, so its first rows can be printed.
#}
{% macro print_failed_checks(results) %}
    {% for result in results if result.status in ('warn', 'fail') and result.failures and result.node.resource_type == 'test' %}
        {% if result.node.test_metadata and result.node.test_metadata.name in ('checks', 'foreign_keys', 'history_of') %}
            {% for row in run_query(result.node.compiled_code).rows %}
                {% do log(result.status ~ ' ' ~ row['problem'] ~ '\n  the rows: ' ~ row['find_with'], info=true) %}
            {% endfor %}
        {% elif not result.node.test_metadata %}
            {% do log(result.status ~ ' ' ~ result.node.name, info=true) %}
            {% for row in run_query('select * from (' ~ result.node.compiled_code ~ '\n) as found limit 20').rows %}
                {% set values = [] %}
                {% for name, value in row.dict().items() %}{% do values.append(name ~ ': ' ~ value) %}{% endfor %}
                {% do log('  ' ~ values | join(', '), info=true) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
{% endmacro %}
