"""The serving file: the public marts in a DuckDB file of their own, which the REST API reads while dbt writes.

DuckDB lets nobody read the warehouse while a build has it open. So a build ends by writing what the API shows into a
file beside the warehouse, under another name, and then replaces the last one: who has that open goes on reading it.
The file is whole by itself: with the tables it holds their descriptions, and the metrics that belong to them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.core.sql import literal, quoted
from scripts.serving.catalogue import Catalogue, new_version
from scripts.warehouse import check_built, check_readable, give_access_to_lake

ABOUT = "serving.about"
"""The table of the file that says what it is: one row of version, time and catalogue."""


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
    version = new_version()
    unfinished = to.with_name(f"{to.name}.part")
    for left in (unfinished, unfinished.with_name(f"{unfinished.name}.wal")):
        left.unlink(missing_ok=True)
    try:
        connection.execute(f"attach {literal(unfinished)} as serving_part (storage_version 'latest')")
        catalogue = _built(connection, catalogue)
        for model in catalogue.models.values():
            schema, table = model.parts[1:]
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
    return catalogue.only(there)
