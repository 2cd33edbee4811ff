"""Read open tables with DuckDB, whose extensions for Iceberg come from wheels: nothing is downloaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import duckdb
import duckdb_extension_avro
import duckdb_extension_iceberg

from scripts.core.errors import UsageError
from scripts.core.settings import is_in_s3
from scripts.core.sql import literal, quoted
from scripts.core.tools import tool
from scripts.tables.catalog import OpenTables, open_tables


def loading() -> str:
    """Return the SQL that loads what DuckDB needs to read Iceberg."""
    # Avro first: Iceberg's manifests are in it, and DuckDB would look for it on its own site.
    return "".join(
        f"load {literal(_file(module.__file__, name))};\n"
        for name, module in (("avro", duckdb_extension_avro), ("iceberg", duckdb_extension_iceberg))
    )


def views(tables: OpenTables) -> str:
    """Return the SQL that shows the current version of each table as a view; a view does not follow later ones."""
    return "".join(
        f"create or replace view {quoted(name)} as from iceberg_scan({literal(at)});\n"
        for name, at in ((name, tables.existing(name).metadata_location) for name in tables.names())
    )


def open_shell() -> None:
    """Replace this process by DuckDB's shell on the open tables of a local lake.

    Raises:
        UsageError: there are none, or they are in S3.

    """
    with open_tables() as tables:
        if is_in_s3(tables.root):
            raise UsageError(
                f"the shell has no credentials for {tables.root}: read the tables there with another engine."
            )
        names, commands = tables.names(), loading() + views(tables)
    if not names:
        raise UsageError(f"there are no open tables in {tables.root} yet: `tickit publish` writes the marts there.")
    shell = tool("duckdb")
    print(f"{tables.root}, as they are now: {', '.join(names)}. Leave: .exit")
    sys.stdout.flush()
    os.execv(shell, [shell, "-cmd", commands.replace("\n", " ")])


def _file(module: str | None, name: str) -> Path:
    folder = Path(module or "").parent / "extensions"
    return folder / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
