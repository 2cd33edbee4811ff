"""Say how good the Python models are: read the built warehouse, and write the figures of docs/models.

What `make evaluate` calls. A topic is a module beside this one with a TITLE and a `report(connection, image)`, which
draws its picture and returns the figures as Markdown. They go to docs/images/models/<topic>.png and to the block that
is marked in docs/models/<topic>.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Protocol

import duckdb
from rich.console import Console

from analytics.evaluation.page import rewrite
from scripts.jobs.duckdb_errors import without_values
from scripts.jobs.errors import JobError, exit_code
from scripts.jobs.settings import default_target
from scripts.jobs.warehouse import check_built, give_access_to_lake, known_cause, warehouse_path
from scripts.lake.default_lake import default_lake

FOLDER = Path(__file__).parent
DOCS = Path("docs")
NOT_TOPICS = ("__init__", "__main__", "page")
"""Modules of this folder that evaluate no model; a name that begins with an underscore is none either."""


class Topic(Protocol):
    """A module that evaluates one model or a few that belong together."""

    TITLE: str

    def report(self, connection: duckdb.DuckDBPyConnection, image: Path) -> str:
        """Draw the picture; return the figures as Markdown."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluate the topics that the arguments name, or all; return 0, or 1 if something was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m analytics.evaluation",
        description=__doc__.splitlines()[0],
        epilog="A topic's figures are the same every time, as long as the warehouse and the code are.",
    )
    parser.add_argument(
        "topics", nargs="*", metavar="topic", help=f"what to evaluate: {', '.join(topics())} (default: all)"
    )
    parser.add_argument(
        "--target", default=default_target(), help="a DuckDB target of profiles/profiles.yml (%(default)s)"
    )
    parser.add_argument("--docs", type=Path, default=DOCS, help="where the pages are (default: %(default)s)")
    wanted = parser.parse_args(arguments)
    if unknown := sorted(set(wanted.topics) - set(topics())):
        parser.error(f"no such topic: {', '.join(unknown)}. There is {', '.join(topics())}.")
    return exit_code(evaluate, wanted.topics or topics(), wanted.target, wanted.docs, Console(soft_wrap=True))


def topics() -> list[str]:
    """Return the names of all topics: the modules of this folder."""
    names = (module.stem for module in FOLDER.glob("*.py"))
    return sorted(name for name in names if name not in NOT_TOPICS and not name.startswith("_"))


def evaluate(names: Sequence[str], target: str, docs: Path, console: Console) -> int:
    """Evaluate the topics and write their pages; return 1 if one could not be, after the others.

    Raise JobError if there is no warehouse.
    """
    warehouse = warehouse_path(target)
    check_built(warehouse)
    failed = []
    rewritten = False
    for number, name in enumerate(names, start=1):
        topic: Topic = import_module(f"analytics.evaluation.{name}")
        console.print(f"[{number}/{len(names)}] {topic.TITLE} ...", highlight=False, markup=False)
        started = perf_counter()
        page, image = docs / "models" / f"{name}.md", docs / "images" / "models" / f"{name}.png"
        try:
            changed = _write(topic, warehouse, page, image)
        except JobError as error:
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
        manifest = json.loads((default_lake() / "lake.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    return (manifest.get("source"), manifest.get("scale"), manifest.get("seed")) == ("synthetic", 1.0, 42)


def _write(topic: Topic, warehouse: Path, page: Path, image: Path) -> bool:
    """Evaluate one topic; return whether its page changed. Raise JobError if the warehouse lacks what it needs."""
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            give_access_to_lake(connection)
            connection.execute("set TimeZone = 'UTC'")
            # A sum of fractions depends on the order of its terms, and a figure on its last digit.
            connection.execute("set threads = 1")
            return rewrite(page, topic.report(connection, image))
    except duckdb.CatalogException as error:
        raise JobError(f"{warehouse} lacks a table: build it with `make run`.\nDuckDB says: {error}") from error
    except duckdb.Error as error:
        raise JobError(
            known_cause(str(error), warehouse) or f"{warehouse} cannot be read: {without_values(error)}"
        ) from error


if __name__ == "__main__":
    sys.exit(main())
