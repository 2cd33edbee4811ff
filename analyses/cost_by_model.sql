-- One row is a node of dbt with what its statements of the last 7 days took from Redshift, the
-- dearest first. dbt's comment in each statement names the node.
{{ config(enabled=has_query_history()) }}

with

statements as (

    select
        {{ named_in_comment('query_text', 'target_name') }} as target_name,
        {{ named_in_comment('query_text', 'node_id') }} as node_id,
        {{ without_trailing_blanks('query_label') }} as query_group,
        execution_time,
        queue_time
    from sys_query_history
    where start_time >= {{ dbt.dateadd('day', -7, 'getdate()') }}

),

totals as (

    select sum(execution_time) as execution_time from statements where node_id <> ''

),

final as (

    select
        statements.target_name,
        statements.node_id,
        statements.query_group,
        count(*) as statement_count,
        -- Redshift counts microseconds.
        {{ divide('sum(statements.execution_time)', '1000000') }} as execution_seconds,
        {{ divide('sum(statements.queue_time)', '1000000') }} as queue_seconds,
        {{ divide('100 * sum(statements.execution_time)', 'max(totals.execution_time)', 1) }} as percent_of_all
    from statements
    cross join totals
    where statements.node_id <> ''
    group by statements.target_name, statements.node_id, statements.query_group

)

select * from final
order by execution_seconds desc nulls last, node_id asc
