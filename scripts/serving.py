"""The serving file: the public marts in a DuckDB file of their own, which the REST API reads while dbt writes.

DuckDB lets nobody read the warehouse while a build has it open. So a build ends by writing what the API shows into a
file beside the warehouse, under another name, and then replaces the last one: who has that open goes on reading it.
The file is whole by itself: with the tables it holds their descriptions, and the metrics that belong to them.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.core.json_file import read_json
from scripts.core.sql import literal, quoted
from scripts.warehouse import check_built, check_readable, give_access_to_lake

ABOUT = "serving.about"
"""The table of the file that says what it is: one row of version, time and catalogue."""

# How the jobs are doing.
_LEFT_OUT = ("operations",)


@dataclass(frozen=True)
class Column:
    """A column as its YAML describes it; ``type`` is SQL's name of its type, as the contract has it."""

    name: str
    type: str
    description: str
    is_personal: bool = False


@dataclass(frozen=True)
class Model:
    """A public model: its table, and its columns in order."""

    name: str
    relation: str
    description: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Catalogue:
    """What can be served: models by name, the database that their relations name, and dbt's semantic manifest."""

    database: str
    models: dict[str, Model]
    semantic_manifest: str

    @property
    def fingerprint(self) -> str:
        """Names this catalogue: the same for the same models and metrics."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Write the catalogue as text."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Catalogue:
        """Read what `to_json` wrote."""
        read = json.loads(text)
        models = {
            name: Model(**{**model, "columns": tuple(Column(**column) for column in model["columns"])})
            for name, model in read["models"].items()
        }
        return cls(read["database"], models, read["semantic_manifest"])

    @classmethod
    def of_target_folder(cls, folder: Path) -> Catalogue:
        """Return the public models and the metrics of the project, as dbt last wrote them into its target folder.

        Raises:
            TickitError: dbt's files are not there.

        """
        manifest, semantic_manifest = read_json(folder / "manifest.json"), folder / "semantic_manifest.json"
        if not manifest or not semantic_manifest.exists():
            raise TickitError(f"{folder} has no manifest of dbt's: run `dbt parse`.")
        nodes = [
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "model" and node["access"] == "public" and node["fqn"][1] not in _LEFT_OUT
        ]
        models = {
            node["name"]: Model(
                node["name"],
                node["relation_name"],
                node["description"],
                tuple(
                    Column(
                        column["name"],
                        column["data_type"],
                        column["description"],
                        column["config"]["meta"].get("contains_personal_data") is True,
                    )
                    for column in node["columns"].values()
                ),
            )
            for node in sorted(nodes, key=lambda node: str(node["name"]))
        }
        database = nodes[0]["database"] if nodes else ""
        return cls(database, models, semantic_manifest.read_text(encoding="utf-8"))


def serving_file(warehouse: Path) -> Path:
    """Return the path of the serving file of a warehouse: beside it."""
    return warehouse.with_name(f"{warehouse.stem}.serving.duckdb")


def publish(warehouse: Path, catalogue: Catalogue) -> str:
    """Write the serving file of a warehouse and replace the last one; return the new version.

    Tables that are not built are left out. If it is killed, it leaves a file ``.part``, which the next one removes.

    Raises:
        TickitError: the warehouse is missing or in use, or a table cannot be copied.

    """
    check_built(warehouse)
    check_readable(warehouse)
    with duckdb.connect(":memory:") as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        give_access_to_lake(connection)
        connection.execute(f"attach {literal(warehouse)} as {quoted(catalogue.database)} (read_only)")
        return write(connection, serving_file(warehouse), catalogue)


def write(connection: duckdb.DuckDBPyConnection, to: Path, catalogue: Catalogue) -> str:
    """Write the serving file ``to`` from what a connection sees under the catalogue's names; return its version."""
    version = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    unfinished = to.with_name(f"{to.name}.part")
    for left in (unfinished, unfinished.with_name(f"{unfinished.name}.wal")):
        left.unlink(missing_ok=True)
    try:
        connection.execute(f"attach {literal(unfinished)} as serving_part (storage_version 'latest')")
        catalogue = _built(connection, catalogue)
        for model in catalogue.models.values():
            schema, table = _parts(model.relation)[1:]
            copied = f"serving_part.{quoted(schema, table)}"
            columns = ", ".join(quoted(column.name) for column in model.columns)
            connection.execute(f"create schema if not exists serving_part.{quoted(schema)}")
            # The key is the first column: in its order, a row is found without reading the others.
            connection.execute(f"create table {copied} as select {columns} from {model.relation} order by 1")
        connection.execute("create schema serving_part.serving")
        connection.execute(
            f"create table serving_part.{ABOUT} as select $1 as version, now() as made_at, $2 as catalogue",
            [version, catalogue.to_json()],
        )
        connection.execute("detach serving_part")
    except duckdb.Error as error:
        raise TickitError(f"{to} cannot be written: {without_values(error)}") from error
    unfinished.replace(to)
    return version


def _built(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> Catalogue:
    """Leave out the models that a connection sees no table of."""
    there = {
        quoted(catalogue.database, *names)
        for names in connection.execute(
            "select table_schema, table_name from information_schema.tables where table_catalog = ?",
            [catalogue.database],
        ).fetchall()
    }
    models = {name: model for name, model in catalogue.models.items() if model.relation in there}
    return replace(catalogue, models=models)


def _parts(relation: str) -> tuple[str, ...]:
    """Return database, schema and table of a relation's name, ``"tickit"."tickit_core"."dim_users"``."""
    return tuple(part.strip('"') for part in relation.split("."))
