{#
    dbt's `delete+insert` replaces what comes again and keeps what does not: a delivery that is gone or empty, a row
    that its delivery no longer has.

    After the commit (dbt's `after_commit`): dbt-redshift repeats a statement on a new connection when another transaction
    was in its way. A deletion before the insert would be lost then, and one in the same transaction would be committed
    without the insert. Here the new rows are committed already, and a deletion that a kill prevents is the next run's.
#}
{% macro delete_outdated(current) %}
    delete from {{ this }}
    where delivery_version not in (select delivery_version from {{ current }})
{% endmacro %}
