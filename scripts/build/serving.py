"""Publish what the REST API serves of a target: the project as it is parsed, the marts as they are built."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter

from rich.console import Console

from scripts.core.dbt import in_process
from scripts.core.profiles import duckdb_file, output
from scripts.core.settings import target_folder
from scripts.serving.catalogue import Catalogue
from scripts.serving.duckdb_file import publish, serving_file
from scripts.warehouse import check_built


def publish_if_none(target: str, console: Console) -> None:
    """Write the serving file of a DuckDB target, if there is none."""
    if output(target)[1]["type"] == "duckdb" and not serving_file(duckdb_file(target)).exists():
        publish_target(target, console)


def publish_target(target: str, console: Console) -> None:
    """Parse the project and publish what is served of a target; raise TickitError if that cannot be."""
    if output(target)[1]["type"] == "redshift":
        _publish_on_redshift(target, console)
        return
    warehouse = duckdb_file(target)
    check_built(warehouse)
    console.print("Parsing the project ...")
    in_process(["parse"], target=target)
    publish_parsed(warehouse, console)


def publish_parsed(warehouse: Path, console: Console) -> float:
    """Write the serving file of the project as dbt last parsed it; return the seconds that it took."""
    started = perf_counter()
    version = publish(warehouse, Catalogue.of_target_folder(target_folder()))
    console.print(f"Published version {version} in {serving_file(warehouse)}, for `tickit serve`.", highlight=False)
    return perf_counter() - started


def _publish_on_redshift(target: str, console: Console) -> None:
    # Imported now: DuckDB needs none of it, and dbt takes a second to import.
    from scripts.core.redshift import connect
    from scripts.serving import redshift

    built = connect(target)
    try:
        console.print("Parsing the project ...")
        in_process(["parse"], target=target)
        version = redshift.publish(built, Catalogue.of_target_folder(target_folder()))
    finally:
        built.connection.close()
    console.print(
        f"Published version {version} in the schema {redshift.schema_of(built.schema)}, for `tickit serve`.",
        highlight=False,
    )
