"""The versions of open tables: what is there, how large it is, and going back to an earlier one.

A version is a snapshot of Iceberg's. Its number is the snapshot's sequence number, which only grows.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from pyiceberg.exceptions import CommitFailedException
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot

from scripts.core.errors import TickitError, UsageError
from scripts.tables.catalog import OpenTables
from scripts.tables.publish import COMMIT, INVOCATION


@dataclass(frozen=True)
class Version:
    """A version of a table; ``size`` is the bytes of its data files, ``published_at`` is UTC."""

    table: str
    version: int
    is_current: bool
    published_at: str
    rows: int
    files: int
    size: int
    snapshot_id: int
    dbt_invocation_id: str | None
    git_commit: str | None
    metadata_location: str


def current(tables: OpenTables) -> list[Version]:
    """Return the current version of every table."""
    found = (versions(tables, name) for name in tables.names())
    return [version for all_of_one in found for version in all_of_one if version.is_current]


def versions(tables: OpenTables, name: str) -> list[Version]:
    """Return the versions of a table that are still there, the newest first; raise UsageError if there is no table."""
    table = tables.existing(name)
    found = [_version(name, table, snapshot) for snapshot in table.snapshots()]
    return sorted(found, key=lambda version: version.version, reverse=True)


def roll_back(tables: OpenTables, name: str, to: int | None) -> tuple[Version, Version]:
    """Make an earlier version the current one, or a later one again; return the version before and that after.

    Args:
        tables: where the table is.
        name: of the table.
        to: a version; by default that which the current one was made from.

    Raises:
        UsageError: there is no such table or version.
        TickitError: another process changed the table at the same time.

    """
    table = tables.existing(name)
    there = {snapshot.sequence_number: snapshot for snapshot in table.snapshots()}
    now = table.current_snapshot()
    if to is None:
        parent = table.snapshot_by_id(now.parent_snapshot_id) if now and now.parent_snapshot_id else None
        if parent is None:
            raise UsageError(
                f"{name} has no version before the current one. `tickit tables {name}` lists what is there."
            )
        wanted = parent
    elif to in there:
        wanted = there[to]
    else:
        known = ", ".join(str(number) for number in sorted(there, key=lambda number: number or 0))
        raise UsageError(f"{name} has no version {to}: there is {known}. An expired version can't come back.")
    before = _version(name, table, now or wanted)
    try:
        with table.manage_snapshots() as manage:
            manage.set_current_snapshot(wanted.snapshot_id)
    except CommitFailedException as error:
        raise TickitError(
            f"another process changed {name} meanwhile: look at `tickit tables {name}`, and try again."
        ) from error
    return before, _version(name, tables.existing(name), wanted)


def as_json(found: list[Version]) -> list[dict[str, Any]]:
    """Return versions for `--json`."""
    return [asdict(version) for version in found]


def _version(name: str, table: Table, snapshot: Snapshot) -> Version:
    now = table.current_snapshot()
    facts = dict(snapshot.summary.additional_properties) if snapshot.summary else {}
    return Version(
        table=name,
        version=snapshot.sequence_number or 0,
        is_current=now is not None and now.snapshot_id == snapshot.snapshot_id,
        published_at=datetime.fromtimestamp(snapshot.timestamp_ms / 1000, UTC).isoformat(timespec="seconds"),
        rows=int(facts.get("total-records", 0)),
        files=int(facts.get("total-data-files", 0)),
        size=int(facts.get("total-files-size", 0)),
        snapshot_id=snapshot.snapshot_id,
        dbt_invocation_id=facts.get(INVOCATION),
        git_commit=facts.get(COMMIT),
        metadata_location=table.metadata_location,
    )
