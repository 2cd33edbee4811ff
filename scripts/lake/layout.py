"""The layout of the raw zone: which tables, columns, partitions and paths it has.

Every maker of a lake writes this layout and every test of a lake reads it from here. Tables and columns are declared in
``models/staging/tickit/_tickit__sources.yml``, for dbt and for Python.

    <dest>/lake.json                                             what was made, from what, how many rows
    <dest>/raw_tickit_data/category/category.txt
    <dest>/raw_tickit_data/sale/sale_month=2008-01/sale.txt      Hive month partitions

A file is UTF-8 text, one header line, fields separated by ``|``, lines ended by a line feed, nothing quoted. An
unknown value is an empty field. Dates are ``YYYY-MM-DD``, times ``YYYY-MM-DD HH:MM:SS`` (UTC), booleans ``true`` and
``false``, money has two decimals.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts.core.errors import TickitError

SOURCES = Path(__file__).parents[2] / "models" / "staging" / "tickit" / "_tickit__sources.yml"

RAW_ZONE = "raw_tickit_data"
# What Python models make of it, one folder a model (macros/publishing).
PUBLISHED_ZONE = "published"
DELIMITER = "|"

# TICKIT's only year: the external tables declare its months, and nobody would read the folder of another one.
MONTHS = tuple(f"2008-{month:02}" for month in range(1, 13))

_TYPES = re.compile(r"integer|decimal\(8,2\)|date|timestamp|boolean|varchar\(\d+\)")

# Not in the files: where an external table puts the field beyond the last column.
SURPLUS = "_surplus"


@dataclass(frozen=True)
class Partition:
    """A Hive partition by calendar month: folder ``<name>=YYYY-MM``, taken from the time column ``of``."""

    name: str
    of: str


@dataclass(frozen=True)
class Field:
    """A column of a raw table.

    ``name`` is its name in the lakehouse. ``type`` is integer, decimal(8,2), date, timestamp, boolean or varchar(n),
    n in bytes. ``meaning`` may refer to another column's, as ``{{ doc("city") }}``.
    """

    column: str
    name: str
    type: str
    required: bool
    meaning: str
    is_personal: bool


@dataclass(frozen=True)
class Table:
    """One table of the raw zone; its models are called ``base_tickit__<models>`` and ``stg_tickit__<models>``."""

    name: str
    models: str
    fields: tuple[Field, ...]
    partition: Partition | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its files, in their order; the first is the key."""
        return tuple(field.column for field in self.fields)

    @property
    def header(self) -> str:
        """The first line of every file of this table."""
        return DELIMITER.join(self.columns)

    @property
    def month_of(self) -> str:
        """The time column whose month is the partition; ValueError if the table has no partitions."""
        if not self.partition:
            raise ValueError(f"{self.name} is not partitioned")
        return self.partition.of

    def path(self, dest: Path, month: str | None = None) -> Path:
        """Return the file of this table, or of one of its months (``YYYY-MM``), in the lake at ``dest``."""
        folder = dest / RAW_ZONE / self.name
        if self.partition:
            if month is None:
                raise ValueError(f"{self.name} is partitioned by month: say which")
            folder = folder / f"{self.partition.name}={month}"
        return folder / f"{self.name}.txt"

    def paths(self, dest: Path) -> list[Path]:
        """Return its file, or its file of each month, in the lake at ``dest``."""
        return [self.path(dest, month) for month in (MONTHS if self.partition else (None,))]


def read_tables(sources: Path = SOURCES) -> dict[str, Table]:
    """Return the tables that the YAML of the sources declares, by name; raise TickitError for what it lacks."""
    try:
        declared = yaml.load(sources.read_text(encoding="utf-8"), yaml.CSafeLoader)  # noqa: S506 - it is a safe one
        # The inventory lists the files of the others.
        tables = [table for table in declared["sources"][0]["tables"] if "inventory_of" not in table["external"]]
        return {table["name"]: _table(table) for table in tables}
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise TickitError(f"{sources} declares no tables that can be read: {error!r}") from error


def _table(declared: dict[str, Any]) -> Table:
    """Return a table of the YAML."""
    name = declared["name"]
    meta = _meta(declared, name, "as")
    (partition,) = declared["external"].get("partitions") or [None]
    if partition and "month_of" not in meta:
        raise TickitError(f"{name}: say by `meta: {{month_of: ...}}` which column decides the month of a line")
    return Table(
        name=name,
        models=meta["as"],
        fields=tuple(_field(column, name) for column in declared["columns"] if column["name"] != SURPLUS),
        partition=Partition(partition["name"], of=meta["month_of"]) if partition else None,
    )


def _field(declared: dict[str, Any], table: str) -> Field:
    """Return a column of the YAML."""
    where = f"{table}.{declared['name']}"
    meta = _meta(declared, where, "as", "type")
    if not _TYPES.fullmatch(meta["type"]):
        raise TickitError(f"{where}: there is no type {meta['type']}. {SOURCES.name} lists the types at its top.")
    return Field(
        column=declared["name"],
        name=meta["as"],
        type=meta["type"],
        required=meta.get("required", False),
        meaning=" ".join(declared.get("description", "").split()),
        is_personal=meta.get("contains_personal_data", False),
    )


def _meta(declared: dict[str, Any], where: str, *needed: str) -> dict[str, Any]:
    """Return `config: {meta: ...}`; raise TickitError if it lacks a key."""
    meta: dict[str, Any] = declared.get("config", {}).get("meta", {})
    if missing := [key for key in needed if key not in meta]:
        raise TickitError(
            f"{where} has no `{missing[0]}`: write config: {{meta: {{{missing[0]}: ...}}}} in {SOURCES.name}"
        )
    return meta


TABLES: dict[str, Table] = read_tables()

PARTITIONED = tuple(table for table in TABLES.values() if table.partition)


def is_data_file(name: str) -> bool:
    """Return whether the engines read a file of this name, as `duckdb_wanted` in packages/external_tables does.

    They leave alone what is being written, or left by a desktop.
    """
    return name != "" and name[0] not in "._#" and not name.endswith("~")


def data_files(folder: Path) -> Iterator[Path]:
    """Yield every file below ``folder`` that the engines read, in the order of folders and names.

    A folder that is missing has none. Raise TickitError for what would be left out silently: a folder that may not be
    opened, a link to a folder, a name that is not UTF-8.
    """
    for parent, folders, names in os.walk(folder, onerror=_refuse_unless_gone):
        folders.sort()
        for name in (*folders, *sorted(names)):
            path = Path(parent, name)
            try:
                name.encode()
            except UnicodeEncodeError as error:
                shown = os.fsencode(path).decode(errors="backslashreplace")
                raise TickitError(f"{shown}: the name is not UTF-8, and no engine reads it. Rename it.") from error
            if name in folders and path.is_symlink():
                raise TickitError(
                    f"{path} is a link to a folder, and no engine looks into it. Replace it by the folder itself."
                )
        yield from (Path(parent, name) for name in sorted(names) if is_data_file(name))


def _refuse_unless_gone(error: OSError) -> None:
    """Raise TickitError for a folder that cannot be listed; one that was taken away since has no files."""
    if not isinstance(error, FileNotFoundError):
        raise TickitError(
            f"cannot open the folder {error.filename}: {error.strerror}. Its files would be missing: make it readable."
        ) from error
