"""Write marts of the DuckDB warehouse as Iceberg tables: one commit for each table, and none if nothing has changed.

A table's snapshot holds a fingerprint of each of its parts (a month, or the whole of a table that is not divided). What
has the same fingerprint in the mart is not written again.
"""

from __future__ import annotations

import json
import os
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Any

import duckdb
from pyiceberg.exceptions import CommitFailedException, NoSuchNamespaceError, TableAlreadyExistsError
from pyiceberg.io.pyarrow import write_file
from pyiceberg.manifest import DataFile
from pyiceberg.partitioning import PartitionFieldValue, PartitionKey
from pyiceberg.table import Table, Transaction, WriteTask

from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.core.git import head_commit
from scripts.core.sql import quoted
from scripts.tables.catalog import OpenTables
from scripts.tables.declared import Declared, OpenTable
from scripts.tables.schema import check_partitions, evolve, new_schema, order, partitions

PARTS = "tickit.parts"
"""The property of a snapshot that holds the fingerprints, as JSON."""
INVOCATION = "dbt.invocation-id"
COMMIT = "git.commit"

_WHOLE = "all"
# Parts that are in memory at the same time: pyiceberg writes each in a thread of its own.
_AT_ONCE = min(4, os.cpu_count() or 1)
_ATTEMPTS = 5
_PROPERTIES = {
    "format-version": "2",
    # Whoever comes second reads the table again and compares, in publish(): pyiceberg would only repeat the commit.
    "commit.retry.num-retries": "0",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
}

Parts = dict[str, str]
"""Fingerprints by month (``2008-01``), or by ``all``."""


@dataclass
class Outcome:
    """What publishing a table did: ``written`` and ``removed`` are parts; ``version`` is the table's after it."""

    table: str
    version: int
    rows: int
    parts: int
    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    is_new: bool = False
    changed_columns: bool = False
    seconds: float = 0.0

    @property
    def is_changed(self) -> bool:
        """Whether there is a new version."""
        return self.is_new or bool(self.written or self.removed)


def publish(
    tables: OpenTables,
    chosen: Sequence[OpenTable],
    warehouse: duckdb.DuckDBPyConnection,
    declared: Declared,
) -> Iterator[Outcome]:
    """Publish tables one by one; each is complete when its outcome is returned, and readers see it from then on.

    Args:
        tables: where to.
        chosen: which.
        warehouse: a connection to the warehouse; several queries see the same state if nobody writes to it.
        declared: names the run of dbt that built each mart.

    Raises:
        TickitError: a mart is missing or differs from its declaration, a change is refused, or others publish the same
            table all the time. Tables before it stay published.

    """
    commit = head_commit()
    for table in chosen:
        started = time.perf_counter()
        properties = {INVOCATION: declared.invocations.get(table.name), COMMIT: commit}
        outcome = _publish(tables, table, warehouse, {name: value for name, value in properties.items() if value})
        outcome.seconds = time.perf_counter() - started
        yield outcome


def _publish(
    tables: OpenTables, table: OpenTable, warehouse: duckdb.DuckDBPyConnection, properties: dict[str, str]
) -> Outcome:
    with _named(table):
        parts = _fingerprints(table, warehouse)
    for attempt in range(_ATTEMPTS):
        try:
            return _Publication(tables, table, warehouse, parts, properties).run()
        except (CommitFailedException, TableAlreadyExistsError):
            # Another publisher was quicker: what is left to do depends on what it has published.
            time.sleep(random.uniform(0.05, 0.2) * 2**attempt)  # noqa: S311
        except NoSuchNamespaceError as error:
            raise TickitError(
                f"the Glue catalog has no database {tables.database}, where open tables are listed: update the stack "
                "with scripts/aws/lakehouse.yml, which makes it."
            ) from error
    raise TickitError(
        f"{table.name}: another process published it {_ATTEMPTS} times meanwhile. Run the same command again when that "
        "has ended."
    )


@dataclass
class _Publication:
    """One attempt to publish one table."""

    tables: OpenTables
    table: OpenTable
    warehouse: duckdb.DuckDBPyConnection
    parts: Parts
    properties: dict[str, str]
    _written: list[str] = field(default_factory=list)

    def run(self) -> Outcome:
        there = self.tables.load(self.table.name)
        transaction = self._new() if there is None else there.transaction()
        changed_columns = False
        if there is not None:
            check_partitions(self.table, there)
            changed_columns = evolve(self.table, there, transaction)
            if there.properties.get("comment", "") != self.table.description:
                transaction.set_properties(comment=self.table.description)
        before = parts_of(there) if there else {}
        written = tuple(part for part in self.parts if self.parts[part] != before.get(part))
        removed = tuple(part for part in before if part not in self.parts)
        try:
            if there is None or written or removed:
                self._replace(transaction, there, written, removed)
        except BaseException:
            # Nothing names these files, and nothing will.
            self._delete_written()
            raise
        try:
            after = transaction.commit_transaction()
        except (CommitFailedException, TableAlreadyExistsError):
            self._delete_written()
            raise
        # Any other error may come after the commit has arrived: files that a reader may need are never deleted.
        snapshot = after.current_snapshot()
        return Outcome(
            table=self.table.name,
            version=(snapshot.sequence_number or 0) if snapshot else 0,
            rows=sum(int(fingerprint.partition("-")[0]) for fingerprint in self.parts.values()),
            parts=len(self.parts),
            written=written,
            removed=removed,
            is_new=there is None,
            changed_columns=changed_columns,
        )

    def _new(self) -> Transaction:
        schema = new_schema(self.table)
        return self.tables.catalog.create_table_transaction(
            (self.tables.database, self.table.name),
            schema,
            location=self.tables.location(self.table.name),
            partition_spec=partitions(self.table, schema),
            sort_order=order(self.table, schema),
            properties={**_PROPERTIES, "comment": self.table.description},
        )

    def _replace(
        self, transaction: Transaction, there: Table | None, written: Sequence[str], removed: Sequence[str]
    ) -> None:
        """Stage one snapshot: the files of these parts go, those with the mart's rows come."""
        old = [entry for entry in _files(there) if part_of(entry) in {*written, *removed}] if there else []
        new = list(self._write(transaction, written))
        update = transaction.update_snapshot({**self.properties, PARTS: json.dumps(self.parts)})
        with update.overwrite() if old else update.fast_append() as snapshot:
            for file in old:
                snapshot.delete_data_file(file)
            for file in new:
                snapshot.append_data_file(file)

    def _write(self, transaction: Transaction, parts: Sequence[str]) -> Iterator[DataFile]:
        metadata = transaction.table_metadata
        io = transaction._table.io
        numbers, run = count(), uuid.uuid4()
        full = [part for part in parts if not self.parts[part].startswith("0-")]
        for start in range(0, len(full), _AT_ONCE):
            tasks = [
                WriteTask(
                    write_uuid=run,
                    task_id=next(numbers),
                    schema=metadata.schema(),
                    record_batches=rows_of(self.table, self.warehouse, None if part == _WHOLE else part),
                    partition_key=None if part == _WHOLE else _key(part, transaction),
                )
                for part in full[start : start + _AT_ONCE]
            ]
            for file in write_file(io, metadata, iter(tasks)):
                self._written.append(file.file_path)
                yield file

    def _delete_written(self) -> None:
        io = self.tables.catalog._load_file_io(location=self.tables.root)
        for path in self._written:
            try:
                io.delete(path)
            except OSError:
                continue  # `tickit expire` takes it


def rows_of(table: OpenTable, warehouse: duckdb.DuckDBPyConnection, month: str | None = None) -> list[Any]:
    """Return the rows of a mart, or of a month (``2008-01``, empty for none), as record batches, sorted as declared."""
    columns = ", ".join(
        f"cast({quoted(column.name)} as {column.data_type}) as {quoted(column.name)}" for column in table.columns
    )
    where, values = "true", []
    if month is not None:
        where, values = f"{_month(table)} is not distinct from ?", [month or None]
    sort = f"order by {', '.join(table.sort)}" if table.sort else ""
    with _named(table):
        result = warehouse.execute(f"select {columns} from {_relation(table)} where {where} {sort}", values)
        batches: list[Any] = result.to_arrow_table().to_batches()
        return batches


def parts_of(table: Table) -> Parts:
    """Return the fingerprints of what is published; none if the snapshot has none, as one of another program's."""
    snapshot = table.current_snapshot()
    if snapshot is None or snapshot.summary is None:
        return {}
    return dict(json.loads(snapshot.summary.additional_properties.get(PARTS, "{}")))


def rows_of_user(table: OpenTable, warehouse: duckdb.DuckDBPyConnection, user_id: int) -> int:
    """Return how many rows of a mart are of a user; 0 if the mart has no keys of users."""
    if not table.user_columns:
        return 0
    of_user = " or ".join(f"{quoted(column)} = $user" for column in table.user_columns)
    with _named(table):
        query = f"select count(*) from {_relation(table)} where {of_user}"
        found: tuple[int] | None = warehouse.execute(query, {"user": user_id}).fetchone()
    return found[0] if found else 0


def _files(table: Table) -> list[DataFile]:
    return [task.file for task in table.scan().plan_files()]


def part_of(file: DataFile) -> str:
    """Return the part of a table that a file holds rows of."""
    if not len(file.partition):
        return _WHOLE
    months = file.partition[0]
    return "" if months is None else f"{1970 + months // 12}-{months % 12 + 1:02}"


def _key(part: str, transaction: Transaction) -> PartitionKey:
    spec = transaction.table_metadata.spec()
    months = None
    if part:
        month = date.fromisoformat(f"{part}-01")
        months = (month.year - 1970) * 12 + month.month - 1
    return PartitionKey([PartitionFieldValue(spec.fields[0], months)], spec, transaction.table_metadata.schema())


def _month(table: OpenTable) -> str:
    return f"strftime({quoted(table.month_of or '')}, '%Y-%m')"


def _relation(table: OpenTable) -> str:
    return quoted(table.schema, table.relation)


def _fingerprints(table: OpenTable, warehouse: duckdb.DuckDBPyConnection) -> Parts:
    """Return the number of rows of each part, with the sum of the hashes of its rows: the order does not matter."""
    columns = ", ".join(quoted(column.name) for column in table.columns)
    part = f"coalesce({_month(table)}, '')" if table.month_of else f"'{_WHOLE}'"
    rows = warehouse.execute(
        f"select {part}, count(*), sum(hash({columns})) from {_relation(table)} group by 1 order by 1"
    ).fetchall()
    found = {name: f"{number}-{hashes:x}" for name, number, hashes in rows}
    return found if found or table.month_of else {_WHOLE: "0-0"}


@contextmanager
def _named(table: OpenTable) -> Iterator[None]:
    """Say which mart cannot be read."""
    try:
        yield
    except duckdb.CatalogException as error:
        raise TickitError(
            f"{table.name} is not in the warehouse: build it first, with `make run` or `dbt build`."
        ) from error
    except duckdb.BinderException as error:
        raise TickitError(
            f"{table.name}: the mart in the warehouse is not as its YAML declares it ({without_values(error)}): build "
            "it first, with `make run` or `dbt build`."
        ) from error
    except duckdb.Error as error:
        raise TickitError(f"{table.name} cannot be read: {without_values(error)}") from error
