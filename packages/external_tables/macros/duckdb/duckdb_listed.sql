{% macro duckdb_listed(locations) %}
    {#- What duckdb_list_files has found, as {location: {location, file_count, fingerprint, errors}}. A problem is one of
        the innermost location that it is in, so that it is reported once. -#}
    {%- set literals = [] -%}
    {%- for location in locations -%}
        {%- do literals.append("(" ~ external_tables.sql_literal(location) ~ ")") -%}
    {%- endfor -%}
    {%- set listed = {} -%}
    {%- set locations_sql = "(values " ~ literals | join(", ") ~ ") as locations (location)" -%}
    {%- set is_in = "(path = location or (starts_with(path, location) and ends_with(location, '/')))" -%}
    {%- set query -%}
        select
            location,
            count(path) as file_count,
            md5(string_agg(path || chr(10) || size_bytes || chr(10) || version, chr(10) order by path)) as fingerprint
        from {{ locations_sql }}
        left join external_tables_listing on {{ is_in }} and problem is null
        group by location
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- do listed.update({row["location"]: {
            "location": row["location"],
            "file_count": row["file_count"] | int,
            "fingerprint": row["fingerprint"],
            "errors": [],
        }}) -%}
    {%- endfor -%}
    {%- set query -%}
        select location, problem, remedy, list(path order by path) as paths
        from (
            select path, problem, remedy, max_by(location, length(location)) as location
            from {{ locations_sql }}
            inner join external_tables_listing on {{ is_in }} and problem is not null
            group by path, problem, remedy
        )
        group by location, problem, remedy
        order by location, problem
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- do listed[row["location"]].errors.append(
            external_tables.some(fromjson(row["paths"])) ~ ": " ~ row["problem"] ~ ". " ~ row["remedy"]
        ) -%}
    {%- endfor -%}
    {%- do return(listed) -%}
{% endmacro %}
