"""dbt in this process: each command as a step with its time, its progress shown, its problems collected."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from rich.console import Console

from scripts.core.dbt import PACKAGES, Callback, in_process, plain
from scripts.core.errors import TickitError
from scripts.core.progress import Bar, bar
from scripts.warehouse import known_cause

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunnerResult
    from dbt_common.events.base_types import EventMsg

# Tests that prove the code, not the data; `make test` runs them.
_TESTS_OF_MACROS = "tests/dbt/macros"
_BUILT = ("model", "seed", "snapshot", "test")
# Of a selection, tests that also look at what has never been built would fail for that alone.
_BUILD = (
    *("build", "--exclude-resource-type", "unit_test", "--exclude", f"path:{_TESTS_OF_MACROS}"),
    *("--indirect-selection", "buildable"),
)


@dataclass
class Dbt:
    """dbt, its manifest parsed once for all commands.

    ``seconds`` holds the time of every step so far, by its name.
    """

    target: str
    console: Console
    seconds: dict[str, float] = field(default_factory=dict)
    # Manifest, once it is parsed. Its nodes are of a dozen classes, whose common fields are in none of their bases.
    manifest: Any = None

    def parse(self) -> None:
        """Install the local packages if they are not there, and parse the project."""
        if not PACKAGES.is_dir():
            self._invoke("packages", ["deps"])
        self.manifest = self._invoke("parse", ["parse"]).result

    def stage(self) -> None:
        """Register the external tables; what dbt says of each is printed, and its warnings."""
        styles = {"JinjaLogInfo": None, "JinjaLogWarning": "yellow"}

        def show(event: EventMsg) -> None:
            if event.info.name in styles:
                message = f"  {plain(event.data.msg).strip()}"
                self.console.print(message, style=styles[event.info.name], highlight=False, markup=False)

        self._invoke("external tables", ["run-operation", "stage_external_sources"], show)

    def selected(self, selection: list[str]) -> list[Any]:
        """Return the nodes that a build of what dbt's options name, or of everything, builds and tests."""
        nodes = [node for node in self.manifest.nodes.values() if node.resource_type in _BUILT and node.config.enabled]
        if not selection:
            return [node for node in nodes if not node.original_file_path.startswith(f"{_TESTS_OF_MACROS}/")]
        listed: set[Any] = set(cast("list[str]", self._invoke("selection", ["list", *_BUILD[1:], *selection]).result))
        return [node for node in nodes if ".".join(node.fqn) in listed]

    def incremental_models(self) -> set[str]:
        """Return the names of the models whose tables keep their rows from run to run."""
        return {node.name for node in self.manifest.nodes.values() if node.config.materialized == "incremental"}

    def build(
        self, selection: list[str], *, total: int, anew: bool, built: Callable[[str], None] = lambda _: None
    ) -> list[Any]:
        """Build and test what dbt's options name, or everything; return dbt's results, one a node, failed ones too.

        Unit tests and tests of macros are left out: they prove the code, not the data, and `make test` runs them.
        ``total``: how many nodes that is. ``anew``: incremental models too, the big ones among them. ``built`` is
        called with the name of each incremental model when its table is there.
        """
        with bar(self.console, "starting", total) as progress:
            show = self._bar(progress) if self.console.is_terminal else self._lines(total)
            if anew:
                os.environ["TICKIT_REBUILD_FACTS"] = "yes"
            refresh = ["--full-refresh"] if anew else []
            callbacks = (show, _incremental_models(built))
            outcome = self._invoke("build", [*_BUILD, *refresh, *selection], *callbacks, may_fail=True)
        # dbt keeps the file open as long as the process lives; closing it also writes what is in memory to it.
        DuckDBConnectionManager.close_all_connections()
        return [
            result
            for result in cast("RunExecutionResult", outcome.result).results
            if result.node.resource_type in _BUILT
        ]

    def document(self) -> None:
        """Write what the docs site shows, manifest.json and catalog.json, into dbt's target folder."""
        self._invoke("docs", ["docs", "generate"])
        DuckDBConnectionManager.close_all_connections()

    @staticmethod
    def _bar(progress: Bar) -> Callback:
        def show(event: EventMsg) -> None:
            if event.info.name == "NodeStart":
                progress.describe(event.data.node_info.node_name)
            elif event.info.name == "NodeFinished" and event.data.node_info.resource_type in _BUILT:
                progress.advance()

        return show

    def _lines(self, total: int) -> Callback:
        """Return what prints a line for each table that is made: for logs."""
        done = 0
        lock = Lock()  # dbt's threads all report here

        def show(event: EventMsg) -> None:
            nonlocal done
            if event.info.name != "NodeFinished" or event.data.node_info.resource_type not in _BUILT:
                return
            info = event.data.node_info
            with lock:
                done += 1
                if info.resource_type in ("model", "seed", "snapshot") or done == total:
                    line = f"  {done:>3} of {total}  {info.node_status:<8} {info.node_name}"
                    self.console.print(line, highlight=False)

        return show

    def _invoke(
        self,
        step: str,
        arguments: list[str],
        *callbacks: Callback,
        may_fail: bool = False,
    ) -> dbtRunnerResult:
        """Run one dbt command, quietly; raise TickitError with dbt's own words if it fails and may not."""
        started = perf_counter()
        try:
            return in_process(
                arguments, target=self.target, manifest=self.manifest, callbacks=callbacks, may_fail=may_fail
            )
        except TickitError as error:
            if cause := known_cause(str(error)):
                raise TickitError(cause) from error
            raise
        finally:
            self.seconds[step] = perf_counter() - started


def _incremental_models(built: Callable[[str], None]) -> Callback:
    """Return what calls ``built`` with each incremental model that succeeds."""
    lock = Lock()  # dbt's threads all report here

    def note(event: EventMsg) -> None:
        if event.info.name != "NodeFinished":
            return
        info = event.data.node_info
        if info.materialized == "incremental" and info.node_status == "success":
            with lock:
                built(info.node_name)

    return note
