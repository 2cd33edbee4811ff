"""Say how good the Python models are: read the built warehouse, and write the figures of docs/models.

A topic is a module beside this one with a TITLE and a `report(connection, image)`, which
draws its picture and returns the figures as Markdown. They go to images/models/<topic>.png and to the block that is
marked in models/<topic>.md of a folder: docs for those of the repository, another for a copy of the page.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Protocol

import duckdb
from rich.console import Console

from analytics.evaluation.page import rewrite
from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file
from scripts.core.settings import lake_folder
from scripts.warehouse import check_built, give_access_to_lake, known_cause

DOCS = Path("docs")


class Topic(Protocol):
    """A module that evaluates one model or a few that belong together."""

    TITLE: str

    def report(self, connection: duckdb.DuckDBPyConnection, image: Path) -> str:
        """Draw the picture; return the figures as Markdown."""


def evaluate(names: Sequence[str], target: str, docs: Path, console: Console) -> int:
    """Evaluate the topics and write their pages; return 1 if one could not be, after the others.

    Raise TickitError if there is no warehouse.
    """
    warehouse = duckdb_file(target)
    check_built(warehouse)
    failed = []
    rewritten = False
    for number, name in enumerate(names, start=1):
        topic: Topic = import_module(f"analytics.evaluation.{name}")
        console.print(f"[{number}/{len(names)}] {topic.TITLE} ...", highlight=False, markup=False)
        started = perf_counter()
        page, image = docs / "models" / f"{name}.md", docs / "images" / "models" / f"{name}.png"
        if docs != DOCS and not page.exists() and (published := DOCS / "models" / page.name).exists():
            page.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(published, page)
        try:
            changed = _write(topic, warehouse, page, image)
        except TickitError as error:
            failed.append(name)
            console.print(f"      error: {error}", style="red", highlight=False, markup=False)
            continue
        rewritten |= changed and docs == DOCS
        outcome = "new figures" if changed else "the same figures as before"
        console.print(f"      {outcome}, {perf_counter() - started:.1f} s: {page}", highlight=False, markup=False)
    if rewritten and not _is_of_the_published_lake():
        console.print(
            "The lake is not that of scale 1 and seed 42, whose figures the repository has: `git checkout docs` brings "
            "them back.",
            style="yellow",
            highlight=False,
        )
    made = len(names) - len(failed)
    console.print(
        f"{made} of {len(names)} evaluated on {warehouse}; pages in {docs / 'models'}, pictures in "
        f"{docs / 'images' / 'models'}." + (f" Not evaluated: {', '.join(failed)}." if failed else ""),
        highlight=False,
        markup=False,
    )
    return 1 if failed else 0


def _is_of_the_published_lake() -> bool:
    """Tell whether the lake, as far as its manifest says, is the one whose figures are in the repository."""
    try:
        manifest = json.loads((lake_folder() / "lake.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return (manifest.get("source"), manifest.get("scale"), manifest.get("seed")) == ("synthetic", 1.0, 42)


def _write(topic: Topic, warehouse: Path, page: Path, image: Path) -> bool:
    """Evaluate one topic; return whether its page changed. Raise TickitError if the warehouse lacks what it needs."""
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            give_access_to_lake(connection)
            connection.execute("set TimeZone = 'UTC'")
            # A sum of fractions depends on the order of its terms, and a figure on its last digit.
            connection.execute("set threads = 1")
            return rewrite(page, topic.report(connection, image))
    except duckdb.CatalogException as error:
        raise TickitError(f"{warehouse} lacks a table: build it with `make run`.\nDuckDB says: {error}") from error
    except duckdb.Error as error:
        raise TickitError(
            known_cause(str(error), warehouse) or f"{warehouse} cannot be read: {without_values(error)}"
        ) from error
