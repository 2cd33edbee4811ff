"""The scheduled jobs of jobs/jobs.yml for Dagster: an asset for each model, seed and snapshot, and for each other step.

At most one job may have a `dbt build`: each model is one asset.
"""

# Without `from __future__ import annotations`: Dagster looks at the types of parameters.
import os
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from scripts.jobs.declaration import Job, Step, words_of
from scripts.jobs.orchestrated import (
    BIN,
    PROFILES,
    PROJECT,
    Build,
    build_of,
    environment,
    manifest,
    retries_of,
    scheduled_jobs,
    target_of,
)


class Dbt(DbtCliResource):
    """dbt in the project's environment; its adapter is not in this one, so Dagster does not open the warehouse."""

    def _initialize_dbt_core_adapter(self, args: object) -> None:  # type: ignore[override]
        return None


class AfterStep(DagsterDbtTranslator):
    """Lets what reads no other model wait for the step before the build."""

    def __init__(self, before: list[dg.AssetsDefinition]) -> None:
        super().__init__()
        self.before = before

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Return the asset of a node of dbt."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        if unique_id.startswith("source."):
            return spec
        above = self.get_resource_props(manifest, unique_id).get("depends_on", {}).get("nodes", [])
        reads_models = above and not any(name.startswith("source.") for name in above)
        return spec if reads_models else spec.merge_attributes(deps=self.before)


def assets_of(job: Job) -> list[dg.AssetsDefinition]:
    """Return the assets of a job, of which each step waits for the one before it."""
    target = target_of(job)
    assets: list[dg.AssetsDefinition] = []
    for step in job.steps_on(target):
        build = build_of(step)
        before = assets[-1:]
        assets.append(_models(job, step, build, before) if build else _command(job, step, target, before))
    return assets


def _command(job: Job, step: Step, target: str, before: list[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    @dg.asset(
        key=[job.name, step.name],
        group_name=job.name,
        description=f"`{step.command}`",
        deps=before,
        retry_policy=dg.RetryPolicy(max_retries=retries_of(step, job), delay=30, backoff=dg.Backoff.EXPONENTIAL),
    )
    def run(context: dg.AssetExecutionContext) -> None:
        timeout = step.timeout_minutes * 60 if step.timeout_minutes else None
        words = words_of(step.command)
        # Dagster keeps what it prints beside the log of the step.
        done = subprocess.run(words, cwd=PROJECT, env=os.environ | environment(target), timeout=timeout, check=False)
        if done.returncode and not step.allow_failure:
            raise dg.Failure(f"`{step.command}` ended with exit code {done.returncode}: its output says why.")
        if done.returncode:
            context.log.warning("`%s` ended with exit code %s, which is allowed.", step.command, done.returncode)

    return run


def _models(job: Job, step: Step, build: Build, before: list[dg.AssetsDefinition]) -> dg.AssetsDefinition:
    @dbt_assets(
        name=f"{job.name}_{step.name}",
        manifest=manifest(),
        select=" ".join(build.select) or "fqn:*",
        exclude=" ".join(build.exclude) or None,
        dagster_dbt_translator=AfterStep(before),
    )
    def models(context: dg.AssetExecutionContext, dbt: Dbt) -> Iterator[Any]:
        # dbt gets the selection from `context`: a person may want some of the models only.
        yield from dbt.cli(["build", "--target", target_of(job), *build.flags], context=context).stream()

    return models


def definitions() -> dg.Definitions:
    """Return everything that Dagster shows and runs."""
    jobs = scheduled_jobs()
    by_job = {job.name: assets_of(job) for job in jobs}
    schedules = []
    for job in jobs:
        asset_job = dg.define_asset_job(
            f"tickit_{job.name}",
            selection=dg.AssetSelection.assets(*by_job[job.name]),
            description=job.description,
            tags={"dagster/max_runtime": str(round(job.timeout_minutes * 60))},
        )
        schedules.append(dg.ScheduleDefinition(job=asset_job, cron_schedule=job.cron, execution_timezone="UTC"))
    return dg.Definitions(
        assets=[asset for assets in by_job.values() for asset in assets],
        schedules=schedules,
        jobs=[schedule.job for schedule in schedules],
        # One step at a time: DuckDB's file has one writer.
        executor=dg.in_process_executor,
        resources={
            "dbt": Dbt(project_dir=str(PROJECT), profiles_dir=str(PROFILES), dbt_executable=str(BIN / "dbt")),
        },
    )


defs = definitions()
