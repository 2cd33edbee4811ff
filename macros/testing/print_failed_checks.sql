{#
    At the end of a dbt command, names the checks that failed in tests of many (checks, foreign_keys, history_of), each
    with its number of rows and the query that finds them: dbt itself names the test only. Silent if all passed.
#}
{% macro print_failed_checks(results) %}
    {% for result in results if result.status in ('warn', 'fail') and result.failures %}
        {% if result.node.test_metadata and result.node.test_metadata.name in ('checks', 'foreign_keys', 'history_of') %}
            {% for row in run_query(result.node.compiled_code).rows %}
                {% do log(result.status ~ ' ' ~ row['problem'] ~ '\n  the rows: ' ~ row['find_with'], info=true) %}
            {% endfor %}
        {% endif %}
    {% endfor %}
{% endmacro %}
