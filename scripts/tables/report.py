"""What the commands for open tables print."""

from __future__ import annotations

import json
import time
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from scripts.core.errors import TickitError
from scripts.tables import retention, versions
from scripts.tables.catalog import open_tables
from scripts.tables.declared import OpenTable, read
from scripts.tables.publish import Outcome, publish, rows_of_user
from scripts.warehouse import check_built, give_access_to_lake, known_cause


def publish_and_report(warehouse: Path, names: list[str]) -> None:
    """Publish tables of a warehouse, all or those of these names; print a line for each."""
    console = Console(soft_wrap=True)
    declared = read()
    chosen = declared.chosen(names)
    if not chosen:
        raise TickitError("no model is published: set meta: {publish: iceberg} at one (docs/open_tables.md).")
    started = time.perf_counter()
    outcomes = []
    with open_tables() as tables, _connection(warehouse) as connection:
        for outcome in publish(tables, chosen, connection, declared):
            outcomes.append(outcome)
            console.print(_line(outcome), highlight=False)
    changed = sum(outcome.is_changed for outcome in outcomes)
    console.print(
        f"\n{changed} of {len(outcomes)} tables have a new version, in {time.perf_counter() - started:.1f} s. They are "
        f"in {tables.root}; `tickit tables` lists them.",
        highlight=False,
    )


def list_tables(name: str | None, *, as_json: bool) -> None:
    """Print the current version of every table, or all versions of one."""
    with open_tables() as tables:
        found = versions.versions(tables, name) if name else versions.current(tables)
        root = tables.root
    if as_json:
        print(json.dumps(versions.as_json(found), indent=2))
        return
    if not found:
        print(f"There are no open tables in {root} yet: `tickit publish` writes the marts there.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("table", "version", "rows", "files", "size", "published (UTC)", "dbt's run"):
        table.add_column(heading, justify="right" if heading in ("version", "rows", "files", "size") else "left")
    for each in found:
        table.add_row(
            each.table,
            f"{'* ' if name and each.is_current else ''}{each.version}",
            f"{each.rows:,}",
            f"{each.files:,}",
            _size(each.size),
            each.published_at.removesuffix("+00:00").replace("T", " "),
            (each.dbt_invocation_id or "unknown")[:8],
        )
    Console(soft_wrap=True).print(table, highlight=False)
    print(f"\n{'* is the version that readers see. ' if name else ''}The tables are in {root}.")


def roll_back_and_report(name: str, to: int | None) -> None:
    """Make another version of a table the current one, and say which."""
    with open_tables() as tables:
        before, after = versions.roll_back(tables, name, to)
    print(
        f"Readers of {name} see version {after.version} now ({after.rows:,} rows, published {after.published_at}); "
        f"before it was {before.version} ({before.rows:,} rows).\n"
        "The next `tickit publish` writes what is in the mart: correct that first."
    )


def expire_and_report(days: float) -> None:
    """Remove old versions and files that no version names; print what was removed of each table."""
    with open_tables() as tables:
        done = retention.expire(tables, days)
    for each in done:
        if each.versions or each.files:
            print(f"  {each.table:<38} {each.versions:>4} versions {each.files:>6} files {_size(each.size):>9}")
    print(
        f"Removed {sum(each.versions for each in done)} versions that are older than {days:g} days, and "
        f"{sum(each.files for each in done)} files ({_size(sum(each.size for each in done))}). A file that no version "
        f"has named yet stays for {retention.UNCOMMITTED_HOURS} hours."
    )


def erase_and_report(warehouse: Path, user_id: int, *, now: bool) -> None:
    """Remove a user's rows and all files that hold them.

    Raises:
        TickitError: the warehouse still has rows of the user, and it need not be ``now``.

    """
    published = read().tables
    if not now:
        with _connection(warehouse) as connection:
            _check_gone(published, connection, user_id)
    with open_tables() as tables:
        done = retention.erase(tables, published, user_id)
    for each in done:
        print(f"  {each.table:<38} {each.rows:>6} rows {each.versions:>4} older versions {each.files:>6} files")
    print(
        f"No file of the {len(done)} open tables with keys of users holds a row of user {user_id} now; their older "
        "versions are gone. A bucket with versioning keeps deleted files until its lifecycle removes them."
    )


def _check_gone(published: tuple[OpenTable, ...], warehouse: duckdb.DuckDBPyConnection, user_id: int) -> None:
    for table in published:
        if rows := rows_of_user(table, warehouse, user_id):
            raise TickitError(
                f"{table.name} in the warehouse still has {rows} rows of user {user_id}, and the next publish would "
                "bring them back. Remove the user from the lake, build, publish, and run this again. With --now the "
                "open tables are cleaned all the same."
            )


def _connection(warehouse: Path) -> duckdb.DuckDBPyConnection:
    check_built(warehouse)
    try:
        connection = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.Error as error:
        raise TickitError(known_cause(str(error), warehouse) or f"{warehouse} cannot be opened: {error}") from error
    connection.execute("set TimeZone = 'UTC'")
    give_access_to_lake(connection)
    return connection


def _line(outcome: Outcome) -> str:
    if outcome.is_new:
        what = "new"
    elif outcome.is_changed:
        months = [*outcome.written, *outcome.removed]
        what = "replaced" if months == ["all"] else f"replaced {len(months)} of {outcome.parts} months"
    elif outcome.changed_columns:
        what = "columns changed"
    else:
        what = "unchanged"
    version = f"version {outcome.version:<4}"
    return f"  {outcome.table:<38} {outcome.rows:>12,} rows   {version} {outcome.seconds:6.1f} s   {what}"


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError
