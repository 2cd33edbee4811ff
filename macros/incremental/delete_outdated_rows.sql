{#
    The post-hook of an incremental model: deletes the rows whose version is no longer current. dbt's `delete+insert`
    replaces what comes again and keeps what does not: a delivery that is gone or empty, a row that its delivery no
    longer has.

    A post-hook, not a pre-hook: dbt-redshift repeats a statement on a new connection when another transaction was in
    its way, and then a deletion before it is lost. A deletion that is lost here is repeated by the next run.
#}
{% macro delete_outdated_rows(current) %}
    delete from {{ this }}
    where delivery_version not in (select delivery_version from {{ current }})
{% endmacro %}
