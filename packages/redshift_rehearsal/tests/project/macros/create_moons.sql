{% macro create_moons() %}
    {% do run_query("create external schema if not exists sky from data catalog database 'sky' iam_role default") %}
    {% do run_query(
        "create external table sky.moons (planet varchar(20), moon varchar(20)) "
        "row format delimited fields terminated by '|' stored as textfile location 's3://observatory/moons/'"
    ) %}
{% endmacro %}
