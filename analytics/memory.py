"""Say how much memory each Python model takes.

Each model runs on the built warehouse in a process of its own, in which the libraries of all methods are loaded. So
what is said is what the rows take, DuckDB's share included. Nothing is published and the warehouse is not changed.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import types
import warnings
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import duckdb
import yaml
from rich.console import Console
from rich.table import Table

from scripts.core.errors import TickitError
from scripts.warehouse import check_built, give_access_to_lake

MODELS = Path("models/predictions")


def measure(models: Sequence[str], warehouse: Path, console: Console) -> None:
    """Print a table of the models' memory; raise TickitError if one cannot be run."""
    check_built(warehouse)
    table = Table(box=None, padding=(0, 1))
    for heading in ("model", "rows", "MB", "MB most", "rows/MB", "s"):
        table.add_column(heading, justify="left" if heading == "model" else "right", no_wrap=True)
    for place, model in enumerate(models, start=1):
        console.print(f"[{place}/{len(models)}] {model} ...", highlight=False, markup=False)
        found = _in_a_process(model, warehouse)
        taken = found["most"] - found["before"]
        per_mb = f"{found['rows'] / taken:,.0f}" if taken >= 1 else "all of them"
        table.add_row(
            model,
            *(f"{found[name]:,.0f}" for name in ("rows", "before", "most")),
            *(per_mb, f"{found['seconds']:.1f}"),
        )
    console.print(table)
    console.print(
        f"Rows of {warehouse} that the model reads; MB of resident memory, with the libraries loaded and when it was "
        "largest; rows for each MB between the two.",
        highlight=False,
    )


def _in_a_process(model: str, warehouse: Path) -> dict[str, Any]:
    """Run a model in a new process; return what `run` says."""
    code = "import sys; from analytics.memory import run; run(*sys.argv[1:])"
    command = [sys.executable, "-c", code, model, str(warehouse)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise TickitError(f"{model} cannot be run on {warehouse}: {reason}. Build it with `make run`.")
    # The last line is ours; what is before it, a library has said.
    return json.loads(done.stdout.splitlines()[-1])


def run(model: str, warehouse: str) -> None:
    """Run a model as dbt does and print as JSON: rows read, MB and seconds."""
    warnings.simplefilter("ignore")
    loader = SourceFileLoader(model, str(MODELS / f"{model}.py"))
    module = types.ModuleType(loader.name)
    loader.exec_module(module)
    with duckdb.connect(warehouse, read_only=True) as connection:
        give_access_to_lake(connection)
        connection.execute("set TimeZone = 'UTC'")
        dbt = _Dbt(connection)
        before, started = _megabytes(), perf_counter()
        returned = module.model(dbt, connection)
        # dbt-duckdb writes it to the warehouse; here its batches are read and dropped.
        for _ in connection.from_arrow(returned).to_arrow_reader():
            pass
        found = {
            "seconds": perf_counter() - started,
            "before": before,
            "most": _megabytes(),
            "rows": dbt.rows(),
        }
    print(json.dumps(found))


class _Dbt:
    """What a model asks of dbt: the relations that it reads, and the variables of the project."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._read: dict[str, str] = {}
        variables = yaml.safe_load(Path("dbt_project.yml").read_text(encoding="utf-8"))["vars"]
        self.config = SimpleNamespace(meta_get=variables.get)

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        """Return the relation of a model."""
        found = self._connection.execute(
            "select table_schema from information_schema.tables where table_name = ?", [name]
        ).fetchone()
        if not found:
            raise TickitError(f"there is no {name} in it")
        self._read[name] = f"{found[0]}.{name}"
        return self._connection.sql(f"from {self._read[name]}")

    def rows(self) -> int:
        """Count the rows of all relations that were asked for."""
        counts = (self._connection.execute(f"select count(*) from {name}") for name in self._read.values())
        return sum(count.fetchall()[0][0] for count in counts)


def _megabytes() -> float:
    """Return the most resident memory of this process so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes, but bytes on a Mac.
    return most / (2**20 if sys.platform == "darwin" else 2**10)
