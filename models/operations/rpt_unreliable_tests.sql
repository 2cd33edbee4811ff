-- One row is a test on a target that failed in at least one of its last 30 runs.
with

results as (

    select
        runs.target_name,
        runs.started_at,
        tests.test_id,
        tests.test_name,
        tests.tested_node_name,
        tests.status,
        tests.failure_count,
        case when tests.status in ('fail', 'error') then 1 else 0 end as is_failure,
        row_number() over (
            partition by runs.target_name, tests.test_id
            order by runs.started_at desc nulls last, runs.run_id desc nulls last
        ) as recency
    from {{ ref('job_tests') }} as tests
    inner join {{ ref('job_runs') }} as runs on tests.run_id = runs.run_id
    where tests.is_final and tests.status in ('pass', 'warn', 'fail', 'error')

),

compared as (

    select
        *,
        max(is_failure) over (
            partition by target_name, test_id order by recency desc nulls last
            rows between 1 preceding and 1 preceding
        ) as was_failure
    from results
    where recency <= 30

),

final as (

    select
        target_name,
        test_id,
        cast(max(case when recency = 1 then test_name end) as varchar(256)) as test_name,
        cast(max(case when recency = 1 then tested_node_name end) as varchar(256))
            as tested_node_name,
        cast(count(*) as integer) as run_count,
        cast(sum(is_failure) as integer) as failed_run_count,
        cast(count(case when is_failure <> was_failure then 1 end) as integer) as change_count,
        cast(max(case when recency = 1 then status end) as varchar(20)) as last_status,
        max(case when recency = 1 then failure_count end) as last_failure_count,
        max(case when is_failure = 1 then started_at end) as last_failed_at,
        sum(case when recency = 1 then is_failure end) = 1 as is_failing,
        -- Once failed and repaired are two changes.
        count(case when is_failure <> was_failure then 1 end) > 2 as is_flaky
    from compared
    group by target_name, test_id
    having sum(is_failure) > 0

)

select * from final
