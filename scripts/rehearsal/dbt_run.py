"""dbt in this process, against the rehearsal: each command as a step with its time and its results."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, time
from typing import TYPE_CHECKING, Any

from redshift_rehearsal import RehearsalError
from rich.console import Console

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt_common.events.base_types import EventMsg

TARGET = "rehearsal"
_DONE = {"success", "pass", "warn", "no-op"}


@dataclass
class Step:
    """One dbt command: what it is for, how long it took, and its results by kind and status."""

    name: str
    seconds: float = 0.0
    results: Counter[Any] = field(default_factory=Counter[Any])
    problems: list[str] = field(default_factory=list)
    since: float = 0.0
    """When it began, in seconds since 1970."""


class Dbt:
    """Runs dbt commands on the project in the current directory; all that dbt writes goes to ``folder``."""

    def __init__(self, console: Console, folder: Path, environment: dict[str, str]) -> None:
        os.environ.update(
            environment,
            DBT_PROFILES_DIR="profiles",
            DBT_TARGET=TARGET,
            DBT_TARGET_PATH=str(folder / "target"),
            DBT_LOG_PATH=str(folder / "logs"),
            DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        )
        # Imported now: dbt reads the environment, and takes a second to import.
        from dbt.cli.main import dbtRunner

        self._runner = dbtRunner
        self._console = console
        self._manifest: Any = None
        self.steps: list[Step] = []

    def parse(self) -> None:
        """Install the local packages if they are not there, and parse the project."""
        if not Path("dbt_packages").is_dir():
            self._must("packages", ["deps"])
        self._manifest = self._must("parse", ["parse"])

    def stage(self, name: str) -> None:
        """Register the external tables; print what dbt says of them."""

        def show(event: EventMsg) -> None:
            if event.info.name in ("JinjaLogInfo", "JinjaLogWarning"):
                self._say(f"  {event.data.msg.strip()}")

        self._run(name, ["run-operation", "stage_external_sources"], show)

    def build(self, name: str, select: list[str], *, with_tests: bool) -> None:
        """Run seeds, models and snapshots, and tests if asked; print what fails as it does, and how many are done."""
        finished: Counter[bool] = Counter()

        def show(event: EventMsg) -> None:
            if event.info.name != "NodeFinished":
                return
            node = event.data.node_info
            finished[node.node_status in _DONE] += 1
            if node.node_status not in _DONE and node.node_status != "skipped":
                self._say(f"  {node.node_status}: {node.node_name}")
            elif sum(finished.values()) % 50 == 0:
                self._say(f"  {sum(finished.values())} done")

        arguments = ["build", *(["--select", *select] if select else [])]
        if not with_tests:
            arguments += ["--exclude-resource-type", "test", "unit_test"]
        self._run(name, arguments, show)

    def document(self) -> None:
        """Generate dbt's docs, which reads the whole catalog."""
        self._run("docs", ["docs", "generate"])

    def _must(self, name: str, arguments: list[str]) -> Any:
        """Run a command that has nothing to do with the warehouse; its failure ends the rehearsal."""
        outcome, errors = self._invoke(name, arguments, None)
        if not outcome.success:
            raise RehearsalError(f"dbt {arguments[0]} failed.\n" + "\n".join(errors or [str(outcome.exception)]))
        return outcome.result

    def _run(self, name: str, arguments: list[str], show: Callable[[EventMsg], None] | None = None) -> None:
        """Run a command; keep what failed with its step."""
        outcome, errors = self._invoke(name, arguments, show)
        step = self.steps[-1]
        results = getattr(outcome.result, "results", None) or []
        for result in results:
            node = getattr(result, "node", None)
            if node is None:
                continue
            step.results[node.resource_type.value, str(result.status)] += 1
            if str(result.status) not in _DONE and str(result.status) != "skipped":
                step.problems.append(f"{node.unique_id}: {result.status}: {(result.message or '').strip()}")
        if not outcome.success and not step.problems:
            step.problems += list(dict.fromkeys(errors)) or [str(outcome.exception)]

    def _invoke(
        self, name: str, arguments: list[str], show: Callable[[EventMsg], None] | None
    ) -> tuple[dbtRunnerResult, list[str]]:
        errors: list[str] = []

        def collect(event: EventMsg) -> None:
            message = _plain(event.info.msg).strip()  # type: ignore[attr-defined]  # protobuf makes its fields later
            if event.info.level == "error" and message:
                errors.append(message)

        self._say(f"dbt {arguments[0]}: {name}")
        since, started = time(), perf_counter()
        runner = self._runner(manifest=self._manifest, callbacks=[collect, *([show] if show else [])])
        outcome = runner.invoke([*arguments, "--log-level", "none", "--log-level-file", "none"])
        self.steps.append(Step(name, perf_counter() - started, since=since))
        if isinstance(outcome.exception, KeyboardInterrupt):
            raise outcome.exception
        return outcome, errors

    def _say(self, text: str) -> None:
        self._console.print(_plain(text), highlight=False, markup=False)


def _plain(message: str) -> str:
    """Strip a message of dbt's of its colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", message)
