"""The scheduled jobs of jobs/jobs.yml as DAGs: a task for each step, and one for each model that `dbt build` builds."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseOperator, TaskGroup, TriggerRule
from cosmos import DbtTaskGroup, ExecutionConfig, ProfileConfig, ProjectConfig, RenderConfig
from cosmos.constants import PRODUCER_WATCHER_TASK_ID, ExecutionMode, InvocationMode, LoadMode, TestBehavior

from scripts.core.profiles import output
from scripts.jobs.declaration import Job, Step, words_of
from scripts.jobs.orchestrated import (
    BIN,
    PROFILES,
    PROJECT,
    Build,
    build_of,
    environment,
    manifest_of_tasks,
    retries_of,
    scheduled_jobs,
    target_of,
)


def dag_of(job: Job) -> DAG:
    """Return a job as a DAG; its steps run one after the other, and so do its runs."""
    target = target_of(job)
    with DAG(
        dag_id=f"tickit_{job.name}",
        description=job.description,
        schedule=job.cron,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,
        # Two runs on one target would write the same tables.
        max_active_runs=1,
        dagrun_timeout=timedelta(minutes=job.timeout_minutes),
        tags=["tickit", target],
    ) as dag:
        # Airflow calls a run successful if its last task is, and that may be one that runs after a failure.
        end = EmptyOperator(task_id="end", trigger_rule=TriggerRule.NONE_FAILED)
        before: list[BaseOperator | TaskGroup] = []
        for step in job.steps_on(target):
            build = build_of(step)
            task = _models(step, build, target) if build else _command(step, job, target)
            before >> task >> end
            # A step that runs always must not hide from the next one that those before it failed.
            before = [*before, task] if step.always else [task]
    return dag


def _command(step: Step, job: Job, target: str) -> BashOperator:
    return BashOperator(
        task_id=step.name,
        bash_command=shlex.join(words_of(step.command)),
        cwd=str(PROJECT),
        env=environment(target),
        append_env=True,
        retries=retries_of(step, job),
        execution_timeout=timedelta(minutes=step.timeout_minutes) if step.timeout_minutes else None,
        # A step that may fail is shown as skipped then, and those after it run all the same.
        skip_on_exit_code=[1, 2] if step.allow_failure else None,
        trigger_rule=TriggerRule.ALL_DONE if step.always else TriggerRule.NONE_FAILED,
    )


def _models(step: Step, build: Build, target: str) -> DbtTaskGroup:
    """Return a task that runs `dbt build`, and one for each model that shows its result and can be cleared by itself.

    One process for all models, as DuckDB's file has one writer, and a test of several models runs after all of them.
    """
    group = DbtTaskGroup(
        group_id=step.name,
        project_config=ProjectConfig(
            dbt_project_path=PROJECT,
            # Of this target: `dbt parse` writes it, before Airflow reads this file.
            manifest_path=manifest_of_tasks(),
            install_dbt_deps=False,
            env_vars=environment(target),
        ),
        profile_config=ProfileConfig(
            profile_name=output(target)[0], target_name=target, profiles_yml_filepath=PROFILES / "profiles.yml"
        ),
        render_config=RenderConfig(
            load_method=LoadMode.DBT_MANIFEST,
            select=build.select,
            exclude=build.exclude,
            test_behavior=TestBehavior.AFTER_EACH,
            emit_datasets=False,
        ),
        execution_config=ExecutionConfig(
            execution_mode=ExecutionMode.WATCHER,
            invocation_mode=InvocationMode.SUBPROCESS,
            dbt_executable_path=BIN / "dbt",
            setup_operator_args={"dbt_cmd_flags": build.flags},
        ),
        # A failed test is no reason to repeat: a person looks, and clears the task.
        operator_args={"retries": 0},
    )
    # Cosmos would let the tasks of models wait beside the build, each on a worker or in the triggerer. After it they
    # end at once; if it was not started, because a step before it failed, they are skipped.
    build_task = group.children[f"{step.name}.{PRODUCER_WATCHER_TASK_ID}"]
    build_task.trigger_rule = TriggerRule.NONE_FAILED
    for task in list(group.get_roots()):
        if task is not build_task:
            build_task >> task
            task.trigger_rule = TriggerRule.ONE_DONE
    return group


for declared in scheduled_jobs():
    globals()[f"tickit_{declared.name}"] = dag_of(declared)
