{% macro comments_of_columns(relation) %}
    select
        columns.attname,
        comments.description
    from pg_catalog.pg_description as comments
    inner join pg_catalog.pg_class as relations on comments.objoid = relations.oid
    inner join pg_catalog.pg_namespace as schemas on relations.relnamespace = schemas.oid
    inner join pg_catalog.pg_attribute as columns
        on comments.objoid = columns.attrelid and comments.objsubid = columns.attnum
    where
        schemas.nspname = {{ dbt.string_literal(relation.schema) }}
        and relations.relname = {{ dbt.string_literal(relation.identifier) }}
{% endmacro %}
