"""Read what a run of a job left in its folder: run.json, and dbt's artifacts of each step.

run.json is written by the runner. `artifacts` of an attempt is a folder with the run_results.json, sources.json and
manifest.json that dbt left, as far as it wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.core.errors import TickitError
from scripts.core.json_file import read_json

RUN = "run.json"
TESTS = ("test", "unit_test")


@dataclass(frozen=True)
class Result:
    """What dbt says of one node in one attempt of a step; ``result`` is the entry of its artifact."""

    step_number: int
    attempt_number: int
    node_id: str
    result: dict[str, Any]
    is_freshness: bool = False

    @property
    def resource_type(self) -> str:
        """Return dbt's word for what the node is: model, test, source, operation ..."""
        return self.node_id.partition(".")[0]

    @property
    def name(self) -> str:
        """Return the name of the node; of a test less the hash that dbt appends to its id."""
        parts = self.node_id.split(".")
        is_generic = self.resource_type == "test" and len(parts) > 3
        return parts[2] if is_generic else parts[-1]

    @property
    def status(self) -> str:
        """Return dbt's word for how it went: success, pass, warn, fail, error, skipped ..."""
        return str(self.result["status"])


@dataclass(frozen=True)
class Run:
    """A run of a job: its folder, and what run.json says."""

    folder: Path
    about: dict[str, Any]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Return the steps as run.json has them, in their order."""
        steps: list[dict[str, Any]] = self.about["steps"]
        return steps

    @cached_property
    def results(self) -> list[Result]:
        """Return what dbt says of each node, attempt by attempt.

        An artifact that dbt wrote before the attempt began, or for an earlier attempt of the run, says nothing of the
        attempt and is left out: it lay in dbt's folder, because the attempt ended before it wrote its own.
        """
        found: list[Result] = []
        seen: set[tuple[str, str]] = set()
        for number, step in enumerate(self.steps, start=1):
            for attempt_number, attempt in enumerate(step["attempts"], start=1):
                if not attempt.get("artifacts"):
                    continue
                for name, is_freshness in (("run_results.json", False), ("sources.json", True)):
                    artifact = read_json(self.folder / attempt["artifacts"] / name)
                    invocation = (name, str(artifact.get("metadata", {}).get("invocation_id")))
                    if invocation in seen or not _is_of(artifact, attempt):
                        continue
                    seen.add(invocation)
                    found += [
                        Result(number, attempt_number, result["unique_id"], result, is_freshness)
                        for result in artifact["results"]
                    ]
        return found

    @property
    def final(self) -> list[Result]:
        """Return the last result of each node; the freshness of a source is apart from other results."""
        return list({(each.node_id, each.is_freshness): each for each in self.results}.values())

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Return the manifest of the last step that left one; without any, one that knows nothing."""
        for step in reversed(self.steps):
            for attempt in reversed(step["attempts"]):
                if attempt.get("artifacts") and (
                    found := read_json(self.folder / attempt["artifacts"] / "manifest.json")
                ):
                    return found
        return {}


def read_run(folder: Path) -> Run:
    """Read the folder of a run; raise TickitError if it has no run.json that can be read."""
    about = read_json(folder / RUN)
    if not about:
        raise TickitError(f"{folder / RUN} is missing or damaged: it is no folder of a run of a job.")
    return Run(folder, about)


def runs_beside(folder: Path) -> list[Run]:
    """Return the other runs of the same job and target that can be read, oldest first."""
    others = sorted(path.parent for path in folder.parent.glob(f"*/{RUN}") if path.parent.name != folder.name)
    return [Run(other, about) for other in others if (about := read_json(other / RUN))]


def _is_of(artifact: dict[str, Any], attempt: dict[str, Any]) -> bool:
    """Return whether dbt wrote an artifact after an attempt began; False for one that is missing or damaged."""
    generated_at = artifact.get("metadata", {}).get("generated_at")
    if not generated_at or "results" not in artifact:
        return False
    return datetime.fromisoformat(generated_at) >= datetime.fromisoformat(attempt["started_at"])
