-- One row is a source table on a target: what the last check of its freshness found.
with

checks as (

    select
        runs.target_name,
        nodes.node_id,
        nodes.node_name,
        nodes.status,
        nodes.loaded_at,
        nodes.started_at as checked_at,
        row_number() over (
            partition by runs.target_name, nodes.node_id
            order by runs.started_at desc nulls last, runs.run_id desc nulls last
        ) as recency
    from {{ ref('job_nodes') }} as nodes
    inner join {{ ref('job_runs') }} as runs on nodes.run_id = runs.run_id
    where nodes.is_final and nodes.resource_type = 'source'

),

failures as (

    select
        target_name,
        node_id,
        sum(case when status in ('error', 'runtime error') then 1 else 0 end) as failed_count
    from checks
    where recency <= 30
    group by target_name, node_id

),

final as (

    select
        checks.target_name,
        checks.node_id,
        checks.node_name as table_name,
        checks.status,
        checks.loaded_at,
        checks.checked_at,
        {{ days_between('checks.loaded_at', 'checks.checked_at') }} as age_days,
        cast(failures.failed_count as integer) as failed_check_count
    from checks
    inner join failures
        on checks.target_name = failures.target_name and checks.node_id = failures.node_id
    where checks.recency = 1

)

select * from final
