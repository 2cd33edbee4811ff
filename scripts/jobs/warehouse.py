"""The warehouse file of a DuckDB target: where it is, whether it can be opened, what is in it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import duckdb
import yaml
from jinja2 import Template

from scripts.jobs.errors import JobError

PROFILES = Path("profiles/profiles.yml")


def warehouse_path(target: str) -> Path:
    """Return the DuckDB file of a target, as profiles/profiles.yml gives it. dbt's own reader would cost a second.

    Raise JobError if there is no such target, or it is not a DuckDB file.
    """
    (profile,) = yaml.safe_load(PROFILES.read_text(encoding="utf-8")).values()
    outputs = profile["outputs"]
    duckdb_targets = [name for name, output in outputs.items() if output["type"] == "duckdb"]
    if target not in duckdb_targets:
        known = "is not DuckDB: call dbt itself" if target in outputs else "is not in " + str(PROFILES)
        raise JobError(f"target {target} {known}. This job builds on DuckDB: {', '.join(duckdb_targets)}.")
    return Path(Template(outputs[target]["path"]).render(env_var=os.environ.get))


def check_built(path: Path) -> None:
    """Raise JobError if there is no warehouse yet."""
    if not path.exists():
        raise JobError(f"there is no warehouse at {path} yet: build it with `make run`.")


def check_not_locked(path: Path) -> None:
    """Raise JobError if another process has the warehouse open: DuckDB lets one writer in, and no reader beside it."""
    if not path.exists():
        return
    try:
        duckdb.connect(str(path)).close()
    except duckdb.IOException as error:
        holder = re.search(r"PID (\d+)", str(error))
        if "lock" not in str(error):
            raise JobError(f"{path} cannot be opened: {error}") from error
        who = f"process {holder.group(1)}" if holder else "another process"
        raise JobError(
            f"{path} is in use by {who}. DuckDB lets one process write at a time, and nobody read beside it: close "
            "the other run, shell or notebook that has it open, or wait, and start again."
        ) from error


def query(path: Path, sql: str) -> list[tuple]:
    """Return the rows of a read-only query."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()
