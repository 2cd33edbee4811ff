"""The warehouse, a DuckDB file: whether it can be opened, and what is in it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import duckdb

from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.core.settings import is_in_s3, lake_location, s3_timeout

_ELSEWHERE = "choose another file with TICKIT_WAREHOUSE."
_DAMAGED = ("not a valid DuckDB database file", "Corrupt database file", "Could not read enough bytes")


def check_built(path: Path) -> None:
    """Raise TickitError if there is no warehouse yet."""
    if not path.exists():
        raise TickitError(f"there is no warehouse at {path} yet: build it with `make run`.")


def check_writable(path: Path) -> None:
    """Make the folder of the warehouse if there is none; raise TickitError if nothing can be written there."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TickitError(
            f"cannot make {path.parent}, the folder of the warehouse: {error.strerror}; {_ELSEWHERE}"
        ) from error
    for place in (path.parent, path):
        if place.exists() and not os.access(place, os.W_OK):
            raise TickitError(
                f"cannot write to {place}: it is read-only. Make it writable (chmod u+w), or {_ELSEWHERE}"
            )


def check_not_locked(path: Path) -> None:
    """Raise TickitError if the warehouse cannot be opened: another process has it, or it is damaged."""
    if path.exists():
        _open(path).close()


def check_readable(path: Path) -> None:
    """Raise TickitError if the warehouse cannot be opened for reading: another process writes, or it is damaged."""
    _open(path, read_only=True).close()


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Return the rows of a read-only query; raise TickitError if the warehouse cannot be opened or the query fails."""
    return _run(path, sql)[1]


def give_access_to_lake(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection read the published results where the lake is in S3; raise TickitError if it cannot."""
    if is_in_s3(lake := lake_location()):
        from scripts.lake.access import Access  # boto3 takes half a second to import

        Access(lake, s3_timeout()).give(connection)


def query_by_name(path: Path, sql: str) -> list[dict[str, object]]:
    """Return the rows of a read-only query, each as {column: value}; raise TickitError as `query` does."""
    names, rows = _run(path, sql)
    return [dict(zip(names, row, strict=True)) for row in rows]


def known_cause(said: str, path: Path | str = "the warehouse") -> str | None:
    """Say in a user's words why DuckDB could not use the warehouse; None if what it ``said`` has another reason."""
    if "Could not set lock" in said:
        holder = re.search(r"PID (\d+)", said)
        who = f"process {holder.group(1)}" if holder else "another process"
        return (
            f"{path} is in use by {who}. DuckDB lets one process write at a time, and nobody read beside it: close "
            "the other run, shell or notebook that has it open, or wait, and start again."
        )
    if any(words in said for words in _DAMAGED):
        return (
            f"{path} is damaged, or no DuckDB file. Move it away and start again: everything is rebuilt from the lake, "
            f"only the history in snapshots begins afresh.\nDuckDB says: {said}"
        )
    return None


def _run(path: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the names of the columns, and the rows."""
    with _open(path, read_only=True) as connection:
        give_access_to_lake(connection)
        # A test may list the lake, with a function of this plugin of dbt's: where dbt ran, it is loaded.
        if plugin := sys.modules.get("external_tables_plugin"):
            plugin.give_listing(connection)
        try:
            result = connection.execute(sql)
            return [column[0] for column in result.description], result.fetchall()
        except duckdb.Error as error:
            raise TickitError(f"{path} cannot be read: {without_values(error)}") from error


def _open(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(str(path), read_only=read_only)
    except duckdb.Error as error:
        raise TickitError(known_cause(str(error), path) or f"{path} cannot be opened: {error}") from error
