"""What the DAGs of Airflow and the assets of Dagster take from jobs/jobs.yml; neither is imported here."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.core.errors import TickitError
from scripts.core.settings import target_folder
from scripts.core.whole_file import write_whole
from scripts.jobs.declaration import DECLARATION, Job, Step, load, words_of

PROJECT = Path(__file__).parents[2]
PROFILES = PROJECT / "profiles"
# dbt and `tickit` are in the environment of the project, not in that of Airflow or Dagster.
BIN = PROJECT / ".venv" / "bin"


@dataclass(frozen=True)
class Build:
    """The options of a ``dbt build``: what it selects and excludes, in dbt's words, and all others."""

    select: list[str]
    exclude: list[str]
    flags: list[str]


def scheduled_jobs() -> list[Job]:
    """Return the jobs that run by the clock.

    Raises:
        DeclarationError: jobs.yml has a mistake.

    """
    os.environ.setdefault("DBT_PROFILES_DIR", str(PROFILES))
    return [job for job in load(PROJECT / DECLARATION).values() if job.cron]


def target_of(job: Job) -> str:
    """Return the target on which a job runs: DBT_TARGET, or the job's own."""
    return os.environ.get("DBT_TARGET") or job.target


def environment(target: str) -> dict[str, str]:
    """Return the variables of a step: those of `tickit job`, and where the commands are."""
    return {
        "DBT_TARGET": target,
        "DBT_PROFILES_DIR": str(PROFILES),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
    }


def manifest() -> Path:
    """Return where `dbt parse` writes the manifest."""
    return PROJECT / target_folder() / "manifest.json"


def manifest_of_tasks() -> Path:
    """Return a copy of the manifest in which a test depends on the model that declares it, or on the last built.

    Cosmos lets a test that dbt has skipped fail each model that the test depends on. A test that reads a model and what
    is above it is skipped if that model fails: those above would be shown as failed, and this one as not reached.

    Raises:
        TickitError: there is no manifest.

    """
    path = manifest()
    if not path.exists():
        raise TickitError(f"there is no manifest at {path}: run dbt parse.")
    copy, changed = path.with_name("manifest_of_tasks.json"), path.stat().st_mtime_ns
    # Airflow reads its DAGs every few seconds.
    if not copy.exists() or copy.stat().st_mtime_ns != changed:
        content = json.loads(path.read_text(encoding="utf-8"))
        for node in content["nodes"].values():
            if node["resource_type"] == "test":
                last = last_built(node["depends_on"]["nodes"], content["parent_map"])
                own = node.get("attached_node")
                node["depends_on"]["nodes"] = [own] if own in last else last
        write_whole(copy, json.dumps(content).encode())
        os.utime(copy, ns=(changed, changed))
    return copy


def last_built(nodes: Sequence[str], parents: Mapping[str, Sequence[str]]) -> list[str]:
    """Return those nodes that are not above another one of them; ``parents`` has the parents of each."""
    above: set[str] = set()
    to_visit = [parent for node in nodes for parent in parents.get(node, ())]
    while to_visit:
        node = to_visit.pop()
        if node not in above:
            above.add(node)
            to_visit += parents.get(node, ())
    return [node for node in nodes if node not in above]


def build_of(step: Step) -> Build | None:
    """Return the options of a step that is a ``dbt build``; None for any other."""
    words = words_of(step.command)
    if words[:2] != ["dbt", "build"]:
        return None
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--select", "-s", nargs="+", action="extend", default=[])
    parser.add_argument("--exclude", nargs="+", action="extend", default=[])
    chosen, flags = parser.parse_known_args(words[2:])
    return Build(chosen.select, chosen.exclude, flags)


def retries_of(step: Step, job: Job) -> int:
    """Return how often a failed step is repeated: one that tests never, as a failed test fails again."""
    return 0 if words_of(step.command)[:2] in (["dbt", "build"], ["dbt", "test"], ["make", "soak"]) else job.retries
