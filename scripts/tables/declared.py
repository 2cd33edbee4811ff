"""Which models are open tables, and with which columns: read from the manifest that dbt left after its last command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from scripts.core.errors import TickitError, UsageError
from scripts.core.json_file import read_json
from scripts.core.settings import target_folder

_KIND = "iceberg"
# What can be published: `meta: {publish: ...}`.
_KINDS = (_KIND, False, None)


@dataclass(frozen=True)
class Column:
    """A column as its YAML declares it; ``renamed_from`` is the name under which it was published before."""

    name: str
    data_type: str
    description: str = ""
    renamed_from: str | None = None
    identifies_user: bool = False


@dataclass(frozen=True)
class OpenTable:
    """A mart that is published as an Iceberg table.

    ``schema`` and ``relation`` are its names in the warehouse. ``month_of`` is the column by whose month the table is
    partitioned, ``sort`` the columns by which the rows of a file are sorted.
    """

    name: str
    schema: str
    relation: str
    description: str
    columns: tuple[Column, ...]
    month_of: str | None = None
    sort: tuple[str, ...] = ()

    @property
    def user_columns(self) -> tuple[str, ...]:
        """The columns that hold the key of a user."""
        return tuple(column.name for column in self.columns if column.identifies_user)


@dataclass(frozen=True)
class Declared:
    """The open tables, and the run of dbt that built each of them last, as far as dbt's results name it."""

    tables: tuple[OpenTable, ...]
    invocations: Mapping[str, str]

    def chosen(self, names: Sequence[str]) -> tuple[OpenTable, ...]:
        """Return the tables of these names, or all; raise UsageError for one that is not published."""
        known = [table.name for table in self.tables]
        for name in names:
            if name not in known:
                close = get_close_matches(name, known, 1)
                hint = f"Did you mean {close[0]}?" if close else f"There is {', '.join(known)}."
                raise UsageError(f"{name} is no model that is published as an open table. {hint}")
        return tuple(table for table in self.tables if not names or table.name in names)


def read(folder: Path | None = None) -> Declared:
    """Read what dbt left in its target folder.

    Raises:
        TickitError: dbt left no manifest there, or a declaration cannot be published; the message names the model.

    """
    folder = folder or target_folder()
    manifest = read_json(folder / "manifest.json")
    if not manifest:
        raise TickitError(f"there is no {folder}/manifest.json: build the marts first, with `make run` or `dbt build`.")
    models = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["package_name"] == manifest["metadata"]["project_name"]
    ]
    published = sorted((node for node in models if _is_published(node)), key=lambda node: str(node["name"]))
    return Declared(tuple(map(_table, published)), _invocations(folder))


def _invocations(folder: Path) -> dict[str, str]:
    """Return the id of dbt's run for each model that it built: its last results know those of one command."""
    results = read_json(folder / "run_results.json")
    return {
        result["unique_id"].rpartition(".")[2]: results["metadata"]["invocation_id"]
        for result in results.get("results", [])
        if result["status"] == "success"
    }


def _is_published(node: Mapping[str, Any]) -> bool:
    kind = node["config"]["meta"].get("publish")
    if kind not in _KINDS:
        raise TickitError(f"{node['original_file_path']}: meta.publish is {kind!r}: write iceberg, or false.")
    return bool(kind)


def _table(node: Mapping[str, Any]) -> OpenTable:
    where = f"{node['name']} ({node['original_file_path']})"
    columns = tuple(_column(column, where) for column in node["columns"].values())
    sort = node["config"].get("sort") or []
    table = OpenTable(
        name=node["name"],
        schema=node["schema"],
        relation=node["alias"],
        description=" ".join(node["description"].split()),
        columns=columns,
        month_of=node["config"]["meta"].get("publish_by_month"),
        sort=tuple([sort] if isinstance(sort, str) else sort),
    )
    names = {column.name for column in columns}
    for column in (*table.sort, *([table.month_of] if table.month_of else [])):
        if column not in names:
            raise TickitError(
                f"{where}: it is sorted or published by month of {column}, which is not among its columns."
            )
    return table


def _column(column: Mapping[str, Any], where: str) -> Column:
    meta = column.get("config", {}).get("meta", {})
    if meta.get("contains_personal_data"):
        raise TickitError(
            f"{where}: {column['name']} contains personal data, and open tables are read by whoever reads the lake. "
            "Leave the model out (meta: {publish: false}), or the column."
        )
    if not column.get("data_type"):
        raise TickitError(f"{where}: {column['name']} has no data_type. Declare it, as for a contract.")
    return Column(
        name=column["name"],
        data_type=column["data_type"],
        description=" ".join((column.get("description") or "").split()),
        renamed_from=meta.get("renamed_from"),
        identifies_user=meta.get("identifies") == "user",
    )
