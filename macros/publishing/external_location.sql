{%- macro external_location(relation, config) -%}
    {#- A path must be absolute, as the view on it outlives the directory that dbt ran in. dbt-duckdb writes it between
        quotes as it is, so quotes in it are doubled. -#}
    {{- external_tables.absolute_location(
        env_var('TICKIT_PUBLISHED', env_var('TICKIT_LAKE', 'lake').rstrip('/') ~ '/published')
        ~ '/' ~ relation.identifier ~ '/' ~ relation.identifier ~ '.parquet'
    ) | replace("'", "''") -}}
{%- endmacro -%}
