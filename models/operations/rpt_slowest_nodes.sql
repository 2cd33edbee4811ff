-- One row is a model, seed or snapshot on a target: its time in the last 5 runs that built it, and
-- in up to 20 runs before those.
with

built as (

    select
        runs.target_name,
        nodes.node_id,
        nodes.node_name,
        nodes.resource_type,
        nodes.seconds,
        nodes.rows_affected,
        row_number() over (
            partition by runs.target_name, nodes.node_id
            order by runs.started_at desc nulls last, runs.run_id desc nulls last
        ) as recency
    from {{ ref('job_nodes') }} as nodes
    inner join {{ ref('job_runs') }} as runs on nodes.run_id = runs.run_id
    where
        nodes.is_final
        and nodes.status = 'success'
        and nodes.resource_type in ('model', 'seed', 'snapshot')

),

averaged as (

    select
        target_name,
        node_id,
        node_name,
        resource_type,
        count(*) as run_count,
        sum(case when recency = 1 then seconds end) as last_seconds,
        max(case when recency = 1 then rows_affected end) as last_rows_affected,
        {{ divide('sum(case when recency <= 5 then seconds end)',
            'count(case when recency <= 5 then 1 end)') }} as recent_seconds,
        {{ divide('sum(case when recency > 5 then seconds end)',
            'count(case when recency > 5 then 1 end)') }} as earlier_seconds
    from built
    where recency <= 25
    group by target_name, node_id, node_name, resource_type

),

final as (

    select
        target_name,
        node_id,
        node_name,
        resource_type,
        cast(
            row_number() over (
                partition by target_name order by recent_seconds desc nulls last, node_id asc
            ) as integer
        ) as slowness_rank,
        cast(run_count as integer) as run_count,
        cast(last_seconds as decimal(12, 2)) as last_seconds,
        last_rows_affected,
        cast(recent_seconds as decimal(12, 2)) as recent_seconds,
        cast(earlier_seconds as decimal(12, 2)) as earlier_seconds,
        cast(
            {{ divide('100 * (recent_seconds - earlier_seconds)', 'earlier_seconds', 1) }}
            as decimal(12, 1)
        ) as change_percent
    from averaged

)

select * from final
