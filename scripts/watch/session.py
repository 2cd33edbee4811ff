"""dbt, kept in this process: each command parses what was saved, or builds by the last parse, and closes DuckDB's file.

What speeds it up: Python and dbt are loaded once, dbt reads its own parse of the last time from target/watch and only
parses what was saved, nothing is logged, no JSON is written, and Python collects garbage while nobody waits.
The manifest is never kept for the next parse: after an error dbt leaves it half changed, and a model would lose its
contract or its tests silently. dbt writes the parse on the disk only when it is whole.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.core.dbt import in_process
from scripts.watch.changes import Plan, id_name, incremental, names

FOLDER = Path("target/watch")
_QUICK = ("--no-write-json", "--no-version-check")
_REBUILD = "TICKIT_REBUILD_FACTS"
# Python models import these, and Python would keep what it read of them first.
_READ_AGAIN = "analytics"


class Session:
    """dbt on a target of DuckDB; ``folder`` is dbt's target folder."""

    def __init__(self, target: str, folder: Path = FOLDER) -> None:
        self._target = target
        self._folder = folder

    def parse(self) -> Any:
        """Parse what was saved since the last parse; return the manifest, or raise TickitError with dbt's words."""
        return self._dbt(["parse"]).result

    def wanted(self, manifest: Any, selection: Sequence[str]) -> set[str] | None:
        """Return the ids of what dbt's `--select` names; None if it names nothing."""
        if not selection:
            return None
        keys = ["--output", "json", "--output-keys", "unique_id"]
        listed = self._dbt(["list", "--select", *selection, *keys], manifest).result
        return {json.loads(line)["unique_id"] for line in listed}

    def build(self, manifest: Any, plan: Plan) -> list[Any]:
        """Build and test; return dbt's results. Incremental models are made from nothing, as their code has changed."""
        tables = [*plan.tables, *plan.below]
        tests = list(names(manifest, plan.tests))
        if not tables:
            return self._results(["test", "--select", *tests], manifest)
        # By dbt's own rule, all tests of what is built are run, but for those that read what is not.
        selected = ["--select", *names(manifest, tables), *tests, "--indirect-selection", "eager"]
        left_out = [id_name(manifest, id) for id in plan.left_out if id not in manifest.sources]
        left_out += [f"unit_test:{name}" for name in plan.other_unit_tests]
        if left_out:
            selected += ["--exclude", *left_out]
        # `dbt build` passes over a unit test whose model it does not build.
        alone = [id for id in plan.tests if id in manifest.unit_tests and not set(_models(manifest, id)) & set(tables)]
        ended = self._results(["test", "--select", *names(manifest, alone)], manifest) if alone else []
        if not incremental(manifest, tables):
            return ended + self._results(["build", *selected], manifest)
        with _environment(_REBUILD, "yes"):
            return ended + self._results(["build", "--full-refresh", *selected], manifest)

    def compile(self, manifest: Any, analyses: Sequence[str]) -> list[Any]:
        """Compile analyses; return dbt's results, each with its node and the compiled SQL."""
        return self._results(["compile", "--select", *names(manifest, analyses)], manifest)

    def _results(self, arguments: list[str], manifest: Any) -> list[Any]:
        for module in [name for name in sys.modules if name.partition(".")[0] == _READ_AGAIN]:
            del sys.modules[module]
        outcome: Any = self._dbt(arguments, manifest, may_fail=True)
        return [result for result in outcome.result.results if result.node.resource_type != "operation"]

    def _dbt(self, arguments: list[str], manifest: Any = None, *, may_fail: bool = False) -> Any:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        gc.disable()
        try:
            return in_process(
                [*arguments, *_QUICK, "--target-path", str(self._folder)],
                target=self._target,
                manifest=manifest,
                may_fail=may_fail,
                log_level="none",
            )
        finally:
            # Other programs can open the file from here on.
            DuckDBConnectionManager.close_all_connections()
            gc.enable()


def _models(manifest: Any, unit_test: str) -> list[str]:
    """Return the id of the model that a unit test is of."""
    return [id for id in manifest.unit_tests[unit_test].depends_on.nodes if id.startswith("model.")]


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
