-- One row is one of the last 30 runs of a job on a target: what failed in it, its usual duration.
with

runs as (

    select
        *,
        row_number() over (
            partition by job_name, target_name
            order by started_at desc nulls last, run_id desc nulls last
        ) as recency
    from {{ ref('job_runs') }}

),

compared as (

    select
        runs.run_id,
        earlier.seconds,
        2 * row_number() over (
            partition by runs.run_id
            order by earlier.seconds asc nulls last, earlier.run_id asc nulls last
        ) - count(*) over (partition by runs.run_id) as from_middle
    from runs
    inner join runs as earlier
        on
        runs.job_name = earlier.job_name
        and runs.target_name = earlier.target_name
        and earlier.recency between runs.recency + 1 and runs.recency + 29
    where earlier.status = 'success'

),

usual as (

    -- Of an even number of runs two are in the middle.
    select
        run_id,
        {{ divide('sum(seconds)', 'count(*)') }} as seconds
    from compared
    where from_middle between 0 and 2
    group by run_id

),

final as (

    select
        runs.run_id,
        runs.job_name,
        runs.target_name,
        cast(runs.recency as integer) as recency,
        runs.started_at,
        runs.status,
        runs.seconds,
        cast(usual.seconds as decimal(12, 2)) as usual_seconds,
        coalesce(failed.failed_step_count, 0) as failed_step_count,
        coalesce(failed.retry_count, 0) as retry_count,
        coalesce(failed.failed_node_count, 0) as failed_node_count,
        coalesce(failed.failed_test_count, 0) as failed_test_count,
        coalesce(failed.warning_count, 0) as warning_count
    from runs
    left join usual on runs.run_id = usual.run_id
    left join {{ ref('rpt_run_failures') }} as failed on runs.run_id = failed.run_id
    where runs.recency <= 30

)

select * from final
