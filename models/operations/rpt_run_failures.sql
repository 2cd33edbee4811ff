-- One row is a run of a job, with how many of its steps, nodes and tests failed after all attempts.
with

outcomes as (

    select
        run_id,
        case when status in ('failed', 'timeout') then 1 else 0 end as failed_step,
        attempt_count - 1 as retry,
        0 as failed_node,
        0 as failed_test,
        0 as warning
    from {{ ref('job_steps') }}
    where attempt_count > 0
    union all
    select
        run_id,
        0 as failed_step,
        0 as retry,
        case when status in ('error', 'runtime error') then 1 else 0 end as failed_node,
        0 as failed_test,
        0 as warning
    from {{ ref('job_nodes') }}
    where is_final
    union all
    select
        run_id,
        0 as failed_step,
        0 as retry,
        0 as failed_node,
        case when status in ('fail', 'error') then 1 else 0 end as failed_test,
        case when status = 'warn' then 1 else 0 end as warning
    from {{ ref('job_tests') }}
    where is_final

),

final as (

    select
        run_id,
        cast(sum(failed_step) as integer) as failed_step_count,
        cast(sum(retry) as integer) as retry_count,
        cast(sum(failed_node) as integer) as failed_node_count,
        cast(sum(failed_test) as integer) as failed_test_count,
        cast(sum(warning) as integer) as warning_count
    from outcomes
    group by run_id

)

select * from final
