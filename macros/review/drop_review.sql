{#
    A review that was killed leaves its schemas. The name of one of them has the time when it began, so the next review,
    of any pull request, drops those of a day ago: no review takes as long.
#}
{% macro drop_review(prefix, begins=none) %}
    {{- return(adapter.dispatch('drop_review', 'tickit_lakehouse')(prefix, begins)) -}}
{% endmacro %}

{# On DuckDB a review is a file of its own. #}
{% macro duckdb__drop_review(prefix, begins=none) %}
{% endmacro %}

{% macro redshift__drop_review(prefix, begins=none) %}
    {% set pattern = '^pr_[0-9]+_' %}
    {% set names = run_query("select nspname from pg_namespace order by nspname").columns[0].values()
        | select('string') | list %}
    {% set reviews = [] %}
    {% for name in names if modules.re.match(pattern, name) %}{% do reviews.append(name) %}{% endfor %}
    {% set dead = [prefix ~ '_'] %}
    {% set a_day_ago = (modules.datetime.datetime.utcnow() - modules.datetime.timedelta(days=1)).strftime('%Y%m%d%H%M') %}
    {% for name in reviews if modules.re.search('_began_[0-9]{12}$', name) and name[-12:] < a_day_ago %}
        {% do dead.append(modules.re.match(pattern, name).group(0)) %}
    {% endfor %}
    {% for name in reviews if modules.re.match(pattern, name).group(0) in dead %}
        {% do adapter.drop_schema(api.Relation.create(database=target.database, schema=name)) %}
        {% do log("dropped schema " ~ name, info=true) %}
    {% endfor %}
    {% if begins %}
        {% do adapter.create_schema(api.Relation.create(database=target.database, schema=prefix ~ '_began_' ~ begins)) %}
    {% endif %}
    {% do adapter.commit_if_has_connection() if adapter.commit_if_has_connection is defined %}
{% endmacro %}
