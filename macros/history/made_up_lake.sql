{# lake.json holds scale, seed and version of the generator. #}
{% macro made_up_lake(location) %}
    {{- return(adapter.dispatch('made_up_lake', 'tickit_lakehouse')(location)) -}}
{% endmacro %}

{% macro duckdb__made_up_lake(location) %}
    {#- A glob, as read_text raises an error where there is no file. -#}
    {% set path = location ~ '/lake.json' %}
    {% set file = external_tables.sql_literal(path) %}
    {% if not run_query("select 1 as found from glob(" ~ file ~ ")").rows %}
        {{ return(none) }}
    {% endif %}
    {% set about = fromjson(run_query("select content from read_text(" ~ file ~ ")").rows[0][0], {}) %}
    {% if about is not mapping or about.get('seed') is none %}
        {{ return(none) }}
    {% endif %}
    {{ return(
        "synthetic, scale " ~ about.scale ~ ", seed " ~ about.seed ~ ", generator version " ~ about.generator_version
    ) }}
{% endmacro %}

{# Redshift reads no file but those of its external tables. #}
{% macro redshift__made_up_lake(location) %}
    {{ return(none) }}
{% endmacro %}
