"""Spectrum's part: external tables over local folders that hold what S3 would.

The files of a table or partition are read once, when it is registered, into a table of their own for each file; the
external table is their parent (PostgreSQL's inheritance). When a session begins, files that have come, gone or changed
since are read again. So a scan is a plain scan, and the file that a row came from
is known by the table it is in: that is how `"$path"` and `"$size"` are hidden until they are named (catalog.sql).
"""

from __future__ import annotations

import io
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - it is a class

from redshift_rehearsal.errors import Refused
from redshift_rehearsal.external import (
    ALTER_TABLE_PAGE,
    CREATE_TABLE_PAGE,
    DROP_TABLE_PAGE,
    PARQUET,
    AddPartitions,
    Command,
    CreateSchema,
    CreateTable,
    DropPartition,
    DropSchema,
    DropTable,
    SetLocation,
)
from redshift_rehearsal.files import NULL_PARTITION, Layout, data_files, rows_of_parquet, rows_of_text
from redshift_rehearsal.server import Postgres

# What Glue keeps of a file format: input format, output format, serde.
_CLASSES = {
    "textfile": (
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    ),
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
}
# Types of external tables that PostgreSQL writes otherwise.
_TYPES = {"string": "varchar", "double": "double precision", "tinyint": "smallint", "binary": "bytea", "float": "real"}


class Folders:
    """The local folders that hold the files of S3: a folder for each prefix of addresses."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        # The longest first, which is the one that an address belongs to.
        self._folders = sorted(folders.items(), key=lambda pair: -len(pair[0]))

    def folder_of(self, location: str) -> Path:
        """Return the place of a location; it need not exist, as in S3. Raise Refused if no folder holds it."""
        for prefix, folder in self._folders:
            rest = location.removeprefix(prefix)
            if location.startswith(prefix) and (not rest or rest.startswith("/")) and ".." not in rest.split("/"):
                return folder / rest.strip("/")
        known = ", ".join(prefix for prefix, _ in self._folders) or "no address at all"
        raise Refused("location", f"no folder holds {location}: the stand-in has {known}", CREATE_TABLE_PAGE)

    def files_of(self, location: str) -> Iterator[tuple[Path, str]]:
        """Yield the files of a location, each with its address: those of a folder, or those that a manifest names."""
        place = self.folder_of(location)
        if place.is_file():
            for url in _manifest(place, location):
                yield self.folder_of(url), url
            return
        for path in data_files(place):
            yield path, f"{location.rstrip('/')}/{path.relative_to(place).as_posix()}"


def _manifest(place: Path, location: str) -> list[str]:
    """Return the addresses in a manifest; raise Refused if a file is none."""
    try:
        entries = json.loads(place.read_text(encoding="utf-8"))["entries"]
        return [entry["url"] for entry in entries]
    except (ValueError, KeyError, TypeError) as error:
        message = f"{location} is a file and no manifest: LOCATION is a folder or a manifest in JSON"
        raise Refused("location", message, CREATE_TABLE_PAGE) from error


class Spectrum:
    """Carries out commands on external schemas and tables; used by one thread at a time."""

    def __init__(self, server: Postgres, folders: Folders) -> None:
        self._folders = folders
        self._connection = server.connect()
        self._lock = threading.Lock()
        # Names of the external schemas, which decide whose a DROP TABLE is.
        self.schemas: set[str] = set()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def folder_of(self, location: str) -> Path:
        """Return the place of an address; raise Refused if no folder holds it."""
        return self._folders.folder_of(location)

    @staticmethod
    def check_outside_transaction(command: Command, *, in_transaction: bool) -> None:
        """Raise Refused for a command that Redshift does not run in a transaction, if there is one."""
        if in_transaction and command.outside_transaction:
            raise Refused(
                "transaction block",
                f"{command.outside_transaction} cannot run inside a transaction block",
                CREATE_TABLE_PAGE,
            )

    def carry_out(self, *commands: Command, in_transaction: bool = False) -> None:
        """Carry out commands; all of them or nothing. Raise Refused if Redshift would not."""
        for command in commands:
            self.check_outside_transaction(command, in_transaction=in_transaction)
        with self._lock, self._connection.cursor() as cursor:
            cursor.execute("begin")
            try:
                for command in commands:
                    self._perform(cursor, command)
            except BaseException:
                cursor.execute("rollback")
                raise
            cursor.execute("commit")

    def _perform(self, cursor: Cursor, command: Command) -> None:
        match command:
            case CreateSchema():
                self._create_schema(cursor, command)
            case DropSchema():
                self._drop_schema(cursor, command)
            case CreateTable():
                self._create_table(cursor, command)
            case DropTable():
                self._drop_table(cursor, command)
            case AddPartitions():
                self._add_partitions(cursor, command)
            case DropPartition():
                self._drop_partition(cursor, command)
            case SetLocation():
                self._set_location(cursor, command)

    def refresh(self) -> None:
        """Read the tables and partitions again whose files are not those that were read."""
        with self._lock, self._connection.cursor() as cursor:
            cursor.execute("select parent, values, path, size, modified from rs.external_file")
            known: dict[tuple[int, str], set[tuple[str, int, int]]] = {}
            for parent, key, *file in cursor.fetchall():
                known.setdefault((parent, key), set()).add(tuple(file))
            cursor.execute(
                """
                select external_table.relid, external_table.schema, external_table.name,
                    coalesce(partition.values, '[]'), coalesce(partition.location, external_table.location)
                from rs.external_table
                left join rs.external_partition as partition using (relid)
                where partition.relid is not null or not exists (
                    select from rs.external_column as part
                    where part.relid = external_table.relid and part.part_key > 0
                )
                """
            )
            for relid, schema, name, key, location in cursor.fetchall():
                try:
                    now = {_seen(path, url) for path, url in self._folders.files_of(location)}
                except (OSError, Refused):
                    continue  # its rows stay; the other tables are not its business
                if now != known.get((relid, key), set()):
                    self._refresh(cursor, schema, name, key, location)

    def _refresh(self, cursor: Cursor, schema: str, name: str, key: str, location: str) -> None:
        """Read the files of a table or partition again; if one cannot be read, the rows stay as they were."""
        cursor.execute("begin")
        try:
            table = self._table(cursor, schema, name)
            self._unload(cursor, table, key)
            values = dict(zip(table.partition_columns, json.loads(key), strict=True))
            self._load(cursor, table, values, location)
        except Exception:  # noqa: BLE001 - whatever a file holds, the connection has to stay usable
            cursor.execute("rollback")
        else:
            cursor.execute("commit")

    def _create_schema(self, cursor: Cursor, command: CreateSchema) -> None:
        cursor.execute("select 1 from pg_namespace where nspname = %s", [command.name])
        if cursor.fetchone():
            if command.if_not_exists:
                return
            raise Refused("external schema", f'schema "{command.name}" already exists', CREATE_TABLE_PAGE)
        cursor.execute(sql.SQL("create schema {}").format(sql.Identifier(command.name)))
        cursor.execute(sql.SQL("grant usage on schema {} to public").format(sql.Identifier(command.name)))
        options = json.dumps({"IAM_ROLE": command.role})
        cursor.execute(
            "insert into rs.external_schema (name, database, options) values (%s, %s, %s)",
            [command.name, command.database, options],
        )
        self.schemas.add(command.name)

    def _drop_schema(self, cursor: Cursor, command: DropSchema) -> None:
        cursor.execute("select name from rs.external_table where schema = %s", [command.name])
        for (name,) in cursor.fetchall():
            self._drop_table(cursor, DropTable(command.name, name, if_exists=False))
        cursor.execute(sql.SQL("drop schema {}").format(sql.Identifier(command.name)))
        cursor.execute("delete from rs.external_schema where name = %s", [command.name])
        self.schemas.discard(command.name)

    def _create_table(self, cursor: Cursor, command: CreateTable) -> None:
        relation = sql.Identifier(command.schema, command.name)
        columns = [*command.columns, *command.partition_columns]
        declared = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(_TYPES.get(kind, kind))) for name, kind in columns
        )
        try:
            cursor.execute(sql.SQL("create table {} ({})").format(relation, declared))
        except psycopg2.Error as error:
            raise Refused("external table", error.diag.message_primary or str(error), CREATE_TABLE_PAGE) from error
        cursor.execute(sql.SQL("grant select on {} to public").format(relation))
        input_format, output_format, serde = _CLASSES[command.file_format]
        parameters = {"EXTERNAL": "TRUE", "transient_lastDdlTime": str(int(time.time()))} | command.properties
        cursor.execute(
            """
            insert into rs.external_table (relid, schema, name, location, file_format, input_format, output_format,
                serialization_lib, serde_parameters, parameters)
            select to_regclass(%s), %s, %s, %s, %s, %s, %s, %s, %s, %s
            """,
            [
                f'"{command.schema}"."{command.name}"',
                command.schema,
                command.name,
                command.location,
                command.file_format,
                input_format,
                output_format,
                command.serde or serde,
                json.dumps(_serde_parameters(command)),
                json.dumps(parameters),
            ],
        )
        for number, (name, kind) in enumerate(columns, 1):
            part_key = max(0, number - len(command.columns))
            cursor.execute(
                "insert into rs.external_column select relid, %s, %s, %s, %s "
                "from rs.external_table where schema = %s and name = %s",
                [name, kind, number, part_key, command.schema, command.name],
            )
        if not command.partition_columns:
            self._load(cursor, self._table(cursor, command.schema, command.name), {}, command.location)

    def _drop_table(self, cursor: Cursor, command: DropTable) -> None:
        try:
            table = self._table(cursor, command.schema, command.name)
        except Refused:
            if command.if_exists:
                return
            raise
        self._unload(cursor, table, None)
        for registry in ("external_partition", "external_column", "external_table"):
            cursor.execute(
                sql.SQL("delete from {} where relid = %s").format(sql.Identifier("rs", registry)), [table.oid]
            )
        cursor.execute(sql.SQL("drop table {}").format(table.relation))

    def _add_partitions(self, cursor: Cursor, command: AddPartitions) -> None:
        table = self._table(cursor, command.schema, command.name)
        for values, location in command.partitions:
            key = table.key(values)
            cursor.execute(
                "insert into rs.external_partition values (%s, %s, %s) on conflict do nothing",
                [table.oid, key, location],
            )
            if cursor.rowcount:
                self._load(cursor, table, values, location)
            elif not command.if_not_exists:
                raise Refused("partition", f"Partition already exists: {key}", ALTER_TABLE_PAGE)

    def _drop_partition(self, cursor: Cursor, command: DropPartition) -> None:
        table = self._table(cursor, command.schema, command.name)
        key = table.key(command.values)
        cursor.execute("delete from rs.external_partition where relid = %s and values = %s", [table.oid, key])
        if not cursor.rowcount:
            raise Refused("partition", f"Partition does not exist: {key}", ALTER_TABLE_PAGE)
        self._unload(cursor, table, key)

    def _set_location(self, cursor: Cursor, command: SetLocation) -> None:
        table = self._table(cursor, command.schema, command.name)
        key = table.key(command.values) if command.values else "[]"
        if command.values:
            cursor.execute(
                "update rs.external_partition set location = %s where relid = %s and values = %s",
                [command.location, table.oid, key],
            )
            if not cursor.rowcount:
                raise Refused("partition", f"Partition does not exist: {key}", ALTER_TABLE_PAGE)
        else:
            cursor.execute("update rs.external_table set location = %s where relid = %s", [command.location, table.oid])
        self._unload(cursor, table, key)
        self._load(cursor, table, command.values, command.location)

    def _table(self, cursor: Cursor, schema: str, name: str) -> _Table:
        """Read a table back from the registry; raise Refused if it is not there."""
        cursor.execute(
            "select relid, file_format, serialization_lib, serde_parameters, parameters from rs.external_table "
            "where schema = %s and name = %s",
            [schema, name],
        )
        found = cursor.fetchone()
        if not found:
            raise Refused("external table", f'table "{schema}.{name}" does not exist', DROP_TABLE_PAGE)
        oid, file_format, serde, serde_parameters, parameters = found
        cursor.execute(
            "select name, type, part_key > 0 from rs.external_column where relid = %s order by position", [oid]
        )
        columns = cursor.fetchall()
        return _Table(
            oid=oid,
            schema=schema,
            name=name,
            file_format=file_format,
            layout=Layout(
                columns=[(column, kind) for column, kind, is_partition in columns if not is_partition],
                delimiter=serde_parameters.get("field.delim", "\x01"),
                line_delimiter=serde_parameters.get("line.delim", "\n"),
                properties=parameters,
                serde=serde,
                serde_properties=serde_parameters,
            ),
            partition_columns=[column for column, _, is_partition in columns if is_partition],
        )

    def _load(self, cursor: Cursor, table: _Table, values: dict[str, str], location: str) -> None:
        """Read the files of a location into a table each, children of the external table."""
        for path, url in self._folders.files_of(location):
            cursor.execute("select nextval('rs.file_number')")
            ((number,),) = cursor.fetchall()
            child = sql.Identifier("rs_lake", f"file_{number}")
            cursor.execute(sql.SQL("create table {} () inherits ({})").format(child, table.relation))
            for column, value in values.items():
                cursor.execute(
                    sql.SQL("alter table {} alter column {} set default {}").format(
                        child, sql.Identifier(column), sql.Literal(None if value == NULL_PARTITION else value)
                    )
                )
            cursor.execute(
                "insert into rs.external_file select to_regclass(%s), %s, %s, %s, %s, %s",
                [child.as_string(cursor), table.oid, table.key(values), *_seen(path, url)],
            )
            if table.file_format == PARQUET:
                _copy(cursor, child, table.layout, rows_of_parquet(path, table.layout), "csv")
            else:
                _copy(cursor, child, table.layout, rows_of_text(path, table.layout), "text")

    def _unload(self, cursor: Cursor, table: _Table, key: str | None) -> None:
        """Drop the tables of a partition's files; of all files, if no partition is named."""
        cursor.execute(
            "delete from rs.external_file where parent = %s and (%s is null or values = %s) "
            "returning relid::regclass::text",
            [table.oid, key, key],
        )
        for (child,) in cursor.fetchall():
            cursor.execute(f"drop table {child}")


@dataclass(frozen=True)
class _Table:
    """An external table as the registry has it."""

    oid: int
    schema: str
    name: str
    file_format: str
    layout: Layout
    partition_columns: list[str]

    @property
    def relation(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    def key(self, values: dict[str, str]) -> str:
        """Return the values of a partition as SVV_EXTERNAL_PARTITIONS writes them: ["2008-01"]."""
        if set(values) != set(self.partition_columns):
            named, wanted = ", ".join(values) or "none", ", ".join(self.partition_columns) or "none"
            raise Refused(
                "partition", f"partition columns {named} do not match the table's: {wanted}", ALTER_TABLE_PAGE
            )
        return json.dumps([values[column] for column in self.partition_columns])


def _serde_parameters(command: CreateTable) -> dict[str, str]:
    """Return what Glue keeps for the serde of a table."""
    if command.serde or command.file_format == PARQUET:
        return {"serialization.format": "1"} | command.serde_properties
    parameters = {"field.delim": command.delimiter, "serialization.format": command.delimiter}
    return parameters if command.line_delimiter == "\n" else parameters | {"line.delim": command.line_delimiter}


def _seen(path: Path, url: str) -> tuple[str, int, int]:
    """Return what tells a file from another: its address, size in bytes and time in nanoseconds."""
    stat = path.stat()
    return url, stat.st_size, stat.st_mtime_ns


def _copy(cursor: Cursor, child: sql.Identifier, layout: Layout, rows: bytes, form: str) -> None:
    """Copy the rows of a file into its table; a value that is not of its column's type becomes NULL."""
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _ in layout.columns)
    copy = sql.SQL("copy {} ({}) from stdin (format {})")
    if form == "csv" or all(layout.widths):
        cursor.copy_expert(copy.format(child, names, sql.SQL(form)).as_string(cursor), io.BytesIO(rows))
        return
    texts = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name, _ in layout.columns)
    cursor.execute(sql.SQL("create temporary table lines ({})").format(texts))
    cursor.copy_expert("copy lines from stdin", io.BytesIO(rows))
    kinds = [(name, _TYPES.get(kind, kind)) for name, kind in layout.columns]
    for name, kind in kinds:
        if layout.properties.get("numeric_overflow_handling") == "SET_TO_NULL" or not _is_number(kind):
            continue
        cursor.execute(
            sql.SQL("select 1 from lines where {name} ~ {shape} and not ({fits}) limit 1").format(
                name=sql.Identifier(name), shape=sql.Literal(_shape(kind)), fits=_fits(name, kind)
            )
        )
        if cursor.fetchone():
            # AWS's page does not say what a query gives; its data handling example shows the largest number.
            raise Refused("numbers", f'column "{name}" has a number that {kind} does not hold', CREATE_TABLE_PAGE)
    typed = sql.SQL(", ").join(_typed(name, kind) for name, kind in kinds)
    cursor.execute(sql.SQL("insert into {} ({}) select {} from lines").format(child, names, typed))
    cursor.execute("drop table lines")


# The forms that are read in text, by the name of the type; a text column takes any. Dates and timestamps are those of
# "data_type" on AWS's page.
_INTEGER, _FLOAT = r"^[+-]?\d+$", r"^[+-]?(\d+[.]?\d*|[.]\d+)([eE][+-]?\d+)?$"
_SHAPES = {
    "smallint": _INTEGER,
    "int2": _INTEGER,
    "integer": _INTEGER,
    "int": _INTEGER,
    "int4": _INTEGER,
    "bigint": _INTEGER,
    "int8": _INTEGER,
    "decimal": r"^[+-]?(\d+[.]?\d*|[.]\d+)$",
    "numeric": r"^[+-]?(\d+[.]?\d*|[.]\d+)$",
    "real": _FLOAT,
    "float4": _FLOAT,
    "double precision": _FLOAT,
    "float8": _FLOAT,
    "date": r"^(\d{4}-\d\d-\d\d|\d\d-\d\d-(\d\d)?\d\d|[A-Za-z]{3}-\d\d-(\d\d)?\d\d|\d\d-[A-Za-z]{3}-\d{4}|"
    r"\d{4}-[A-Za-z]{3}-\d\d)$",
    "timestamp": r"^\d{4}-\d\d-\d\d ([01]\d|2[0-3])(:[0-5]\d){2}([.]\d{1,6})?$",
    "boolean": "(?i)^(true|false)$",
    "bool": "(?i)^(true|false)$",
}


def _shape(kind: str) -> str:
    return _SHAPES.get(kind.partition("(")[0].strip(), "")


def _is_number(kind: str) -> bool:
    return _shape(kind).startswith("^[+-]")


def _fits(name: str, kind: str) -> sql.Composable:
    """Return the condition that a field of this shape is a value of its type, with no digit too much."""
    fits = sql.SQL("pg_input_is_valid({}, {})").format(sql.Identifier(name), sql.Literal(kind))
    if _shape(kind) != _SHAPES["decimal"]:
        return fits
    scale = int((re.search(r",\s*(\d+)", kind) or [0, 0])[1])
    return sql.SQL("{} and {} !~ {}").format(fits, sql.Identifier(name), sql.Literal(rf"[.]\d{{{scale}}}0*[1-9]"))


def _typed(name: str, kind: str) -> sql.Composable:
    """Return the SQL that reads a field as its type, NULL if it is none."""
    return sql.SQL("case when {name} ~ {shape} and {fits} then {name}::{type} end").format(
        name=sql.Identifier(name), shape=sql.Literal(_shape(kind)), fits=_fits(name, kind), type=sql.SQL(kind)
    )
