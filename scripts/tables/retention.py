"""What open tables no longer need: old versions, files that no version names, and the rows of an erased person."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow.compute as pc
from pyarrow.fs import FileSelector, FileType
from pyiceberg.exceptions import CommitFailedException
from pyiceberg.expressions import AlwaysTrue, BooleanExpression
from pyiceberg.expressions.parser import parse
from pyiceberg.expressions.visitors import bind
from pyiceberg.io.pyarrow import ArrowScan, PyArrowFileIO, expression_to_pyarrow, write_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import FileScanTask, Table, WriteTask

from scripts.core.errors import TickitError
from scripts.tables.catalog import OpenTables
from scripts.tables.declared import OpenTable
from scripts.tables.publish import PARTS, part_of, parts_of

# What a publisher has written and not yet committed may be this old; nobody publishes for longer.
UNCOMMITTED_HOURS = 24
_UUID = "[0-9a-f]{8}-[0-9a-f-]{27}"
# What pyiceberg calls the files of a table: no other file is ever deleted.
_OURS = re.compile(
    rf"/(data/.*\d{{5}}-\d+-{_UUID}\.parquet|metadata/(snap-.*|{_UUID}-m\d+)\.avro|metadata/\d{{5}}-{_UUID}\.metadata\.json)\Z"
)
_ATTEMPTS = 5


@dataclass(frozen=True)
class Expired:
    """What was removed of a table: ``versions``, and ``files`` of ``size`` bytes."""

    table: str
    versions: int
    files: int
    size: int


@dataclass(frozen=True)
class Erased:
    """What was erased of a table: ``rows`` of its current version, older ``versions``, and ``files``."""

    table: str
    rows: int
    versions: int
    files: int


def expire(tables: OpenTables, days: float) -> list[Expired]:
    """Remove versions that are older than so many days, the current ones excepted, and files that no version names.

    A file that no version has named yet may be a publisher's that is about to commit: it stays for a day.
    """
    before = datetime.now(UTC) - timedelta(days=days)
    done = [_expire_table(tables, name, before) for name in tables.names()]
    return [*done, *_never_published(tables)]


def _never_published(tables: OpenTables) -> list[Expired]:
    """Delete what was written for tables whose first publish was killed.

    They have no metadata: a folder with metadata may be a table of another catalog.
    """
    published = set(tables.names())
    found: dict[str, list[str]] = {}
    for path in _files(tables, tables.root):
        found.setdefault(path.removeprefix(f"{tables.root}/").partition("/")[0], []).append(path)
    until = time.time() - UNCOMMITTED_HOURS * 3600
    return [
        Expired(name, 0, *_delete(tables, name, until, set()))
        for name, paths in sorted(found.items())
        if name not in published and not any(path.endswith(".metadata.json") for path in paths)
    ]


def _expire_table(tables: OpenTables, name: str, before: datetime) -> Expired:
    for _ in range(_ATTEMPTS):
        table = tables.existing(name)
        named = _named(table)
        try:
            versions = _expire_versions(table, before)
        except CommitFailedException:
            continue
        files, size = _delete(tables, name, time.time() - UNCOMMITTED_HOURS * 3600, named)
        return Expired(name, versions, files, size)
    raise TickitError(f"{name}: another process published it {_ATTEMPTS} times meanwhile. Run the same command again.")


def erase(tables: OpenTables, declared: Sequence[OpenTable], user_id: int) -> list[Erased]:
    """Remove all rows of a user, and every file that ever held one.

    These are files of older versions, metadata with least and greatest values, and what killed publishers have left.

    Raises:
        TickitError: others publish the same table all the time.

    """
    done = []
    for table in declared:
        if table.user_columns and tables.load(table.name) is not None:
            done.append(_erase(tables, table, user_id))
    return done


def _erase(tables: OpenTables, declared: OpenTable, user_id: int) -> Erased:
    for _ in range(_ATTEMPTS):
        table = tables.existing(declared.name)
        try:
            rows = _without_rows(table, _is_of(declared.user_columns, user_id))
            versions = _expire_versions(tables.existing(declared.name), datetime.now(UTC))
        except CommitFailedException:
            continue
        # A publisher that began before the commit above can no longer commit, and one that began after it has written
        # nothing older.
        last = tables.existing(declared.name).metadata.last_updated_ms / 1000
        files, _ = _delete(tables, declared.name, last, set())
        return Erased(declared.name, rows, versions, files)
    raise TickitError(
        f"{declared.name}: another process published it {_ATTEMPTS} times meanwhile. Run the same command again: rows "
        "may be left."
    )


def _is_of(columns: Sequence[str], user_id: int) -> BooleanExpression:
    return parse(" or ".join(f"{column} = {user_id}" for column in columns))


def _without_rows(table: Table, of_user: BooleanExpression) -> int:
    """Commit the table without these rows, and return how many there were.

    Two snapshots in one commit: the first has a manifest of the files that go, with their least and greatest values.
    The second has none.
    """
    transaction = table.transaction()
    replaced: list[tuple[DataFile, list[DataFile]]] = []
    rows = 0
    parts = parts_of(table)
    for task in table.scan(row_filter=of_user).plan_files():
        kept, removed = _kept(table, task, of_user)
        if removed:
            rows += removed
            replaced.append((task.file, kept))
            # The mart has other rows now, or the next publish brings it up to date.
            parts.pop(part_of(task.file), None)
    properties = {PARTS: json.dumps(parts)}
    if replaced:
        with transaction.update_snapshot(properties).overwrite() as snapshot:
            for old, new in replaced:
                snapshot.delete_data_file(old)
                for file in new:
                    snapshot.append_data_file(file)
    with transaction.update_snapshot(properties).fast_append():
        pass
    transaction.commit_transaction()
    return rows


def _kept(table: Table, task: FileScanTask, of_user: BooleanExpression) -> tuple[list[DataFile], int]:
    """Write the other rows of a file; return the new file, if there are any, and how many rows are left out."""
    scan = ArrowScan(table.metadata, table.io, table.schema(), AlwaysTrue())
    before = scan.to_table([task])
    condition = expression_to_pyarrow(bind(table.schema(), of_user, case_sensitive=True), table.schema())
    # Neither true nor false, where the key is NULL, is not of this user.
    gone = before.filter(condition).num_rows
    if not gone:
        return [], 0
    after = before.filter(~pc.coalesce(condition, False))
    if not after.num_rows:
        return [], gone
    spec = table.specs()[task.file.spec_id]
    values = [PartitionFieldValue(field, task.file.partition[at]) for at, field in enumerate(spec.fields)]
    write = WriteTask(
        write_uuid=uuid.uuid4(),
        task_id=0,
        schema=table.schema(),
        record_batches=after.to_batches(),
        partition_key=PartitionKey(values, spec, table.schema()) if values else None,
    )
    return list(write_file(table.io, table.metadata, iter([write]))), gone


def _expire_versions(table: Table, before: datetime) -> int:
    now = table.current_snapshot()
    old = [
        snapshot.snapshot_id
        for snapshot in table.snapshots()
        if snapshot.timestamp_ms <= before.timestamp() * 1000
        and (now is None or snapshot.snapshot_id != now.snapshot_id)
    ]
    if old:
        table.maintenance.expire_snapshots().by_ids(old).commit()
    return len(old)


def _named(table: Table) -> set[str]:
    """Return all files that a table needs, for any of its versions."""
    found = {table.metadata_location, *(entry.metadata_file for entry in table.metadata.metadata_log)}
    for snapshot in table.snapshots():
        found.add(snapshot.manifest_list)
        for manifest in snapshot.manifests(table.io):
            if manifest.manifest_path not in found:
                found.add(manifest.manifest_path)
                found.update(entry.data_file.file_path for entry in manifest.fetch_manifest_entry(table.io))
    return found


def _delete(tables: OpenTables, name: str, until: float, surely: set[str]) -> tuple[int, int]:
    """Delete files of a table that no version names: those written until a time, and ``surely`` these."""
    # Listed before the table is read: what is committed in between is named then.
    files = _files(tables, tables.location(name))
    table = tables.load(name)
    named = _named(table) if table else set()
    io = _io(tables)
    number = size = 0
    for path, (written, length) in files.items():
        if path not in named and (written <= until or path in surely):
            io.delete(path)
            number, size = number + 1, size + length
    return number, size


def _files(tables: OpenTables, location: str) -> dict[str, tuple[float, int]]:
    """Return the files of open tables below a place, each with the time of its writing and its size in bytes."""
    scheme, netloc, path = PyArrowFileIO.parse_location(location)
    below = (
        _io(tables).fs_by_scheme(scheme, netloc).get_file_info(FileSelector(path, allow_not_found=True, recursive=True))
    )
    return {
        location + info.path.removeprefix(path): (info.mtime_ns / 1e9, info.size)
        for info in below
        if info.type == FileType.File and _OURS.search(info.path)
    }


def _io(tables: OpenTables) -> PyArrowFileIO:
    return PyArrowFileIO(dict(tables.catalog.properties))
