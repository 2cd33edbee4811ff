"""Write a dashboard: one HTML file that needs no server and no network, from the tables of a target.

dashboards/queries.sql says what is read, dashboards/page.html is the page without data. How the page is built is
described in dashboards/page/README.md.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from scripts.build.cube import Table, pack
from scripts.core.dbt import in_process
from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file, output
from scripts.core.whole_file import write_whole
from scripts.warehouse import check_built, check_readable, give_access_to_lake

QUERIES = Path("dashboards/queries.sql")
PAGE = Path("dashboards/page.html")
BOARDS = {"sales": Path("reports/dashboard.html"), "health": Path("reports/health.html")}
"""Each board, and where it is written by default."""
DETAIL_ROWS = 600_000
"""Sales and listings up to which a page has every event and seller: with more it would be larger than 6 MB."""

# Where docs/ puts the site and the lineage: beside the page.
_LINKS = {"Documentation of the data": "docs.html", "Lineage of columns": "lineage.html"}
_QUERY = re.compile(r"^-- query: (\w+) \(([\w, ]+)\)\n(.*?);\n", re.MULTILINE | re.DOTALL)
_REF = re.compile(r"\{\{ ref\('(\w+)'\) \}\}")


@dataclass(frozen=True)
class Query:
    """A query of dashboards/queries.sql: its text, with refs, and the words in brackets behind its name."""

    sql: str
    words: frozenset[str]

    @property
    def refs(self) -> list[str]:
        """The models that it reads."""
        return _REF.findall(self.sql)

    def is_for(self, board: str, size: str) -> bool:
        """Return whether the board shows it, with all detail or as a summary."""
        sizes = self.words & {"detail", "summary"}
        return board in self.words and (not sizes or size in sizes)


def queries(text: str) -> dict[str, Query]:
    """Return the queries of a file by name."""
    found = {
        name: Query(sql, frozenset(word.strip() for word in words.split(",")))
        for name, words, sql in _QUERY.findall(text)
    }
    if len(found) != text.count("-- query: "):
        raise TickitError(f"{QUERIES}: each query needs a line `-- query: name (words)` and ends with a semicolon.")
    return found


def draw(target: str, board: str, to: Path) -> str:
    """Write a board from the tables of the target, replace the file when the new one is complete; say what is in it.

    Raises:
        TickitError: the warehouse is missing or in use, lacks a table, or gives no answer.

    """
    asked = queries(QUERIES.read_text(encoding="utf-8"))
    if output(target)[1]["type"] == "duckdb":
        check_built(duckdb_file(target))
        check_readable(duckdb_file(target))
    relations = _relations(target)
    with _warehouse(target) as (name, run):
        tables, missing = _read(asked, relations, board, run)
    head = {"board": board, "warehouse": name, "read_at": _now(), "links": _LINKS, "missing": missing}
    data = pack(head, tables)
    page = PAGE.read_bytes().replace(b"@@DATA@@", base64.b64encode(data))
    to.parent.mkdir(parents=True, exist_ok=True)
    write_whole(to, page)
    left_out = f" Left out, because not built: {', '.join(missing)}." if missing else ""
    return f"{len(page) / 1e6:.1f} MB.{left_out}"


class _MissingTableError(Exception):
    """A query reads a table that is not in the warehouse."""


class _Run:
    """Runs queries on either engine; both drivers have cursors of Python's database API."""

    def __init__(self, connection: Any, errors: type[Exception]) -> None:
        self._connection = connection
        self._errors = errors

    def __call__(self, sql: str) -> Table:
        """Return the rows of a query; raise _MissingTableError, or TickitError for all else."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql)
            return Table([column[0] for column in cursor.description], cursor.fetchall())
        except self._errors as error:
            if _is_missing_table(error):
                raise _MissingTableError from error
            said = without_values(error) if isinstance(error, duckdb.Error) else str(error)
            raise TickitError(f"a query of {QUERIES} failed: {said}") from error


def _is_missing_table(error: Exception) -> bool:
    """Return whether the engine says that it has no such table or schema."""
    if isinstance(error, duckdb.CatalogException):
        return True
    about = error.args[0] if error.args else None
    # PostgreSQL's codes, which Redshift has too: undefined_table, invalid_schema_name.
    return isinstance(about, Mapping) and about.get("C") in {"42P01", "3F000"}


@contextmanager
def _warehouse(target: str) -> Iterator[tuple[str, _Run]]:
    """Open the target's warehouse; yield its name and what runs a query there."""
    if output(target)[1]["type"] != "duckdb":
        import redshift_connector

        from scripts.core.redshift import connect

        built = connect(target)
        try:
            yield "Redshift", _Run(built.connection, redshift_connector.Error)
        finally:
            built.connection.close()
        return
    file = duckdb_file(target)
    with duckdb.connect(str(file), read_only=True) as connection:
        give_access_to_lake(connection)
        yield file.name, _Run(connection, duckdb.Error)


def _relations(target: str) -> dict[str, str]:
    """Parse the project; return each model's name in the warehouse."""
    nodes: Any = in_process(["parse"], target=target).result.nodes  # type: ignore[union-attr]  # parse has a manifest
    return {node.name: node.relation_name for node in nodes.values() if node.resource_type == "model"}


def _read(
    all_queries: Mapping[str, Query], relations: Mapping[str, str], board: str, run: _Run
) -> tuple[dict[str, Table], list[str]]:
    """Return the tables that the board shows, and the names of those that are not built."""

    def answer(query: Query) -> Table:
        if set(query.refs) - set(relations):
            raise _MissingTableError
        return run(_REF.sub(lambda ref: relations[ref.group(1)], query.sql))

    tables: dict[str, Table] = {}
    missing = []
    size = "detail"
    for name, query in all_queries.items():
        if not query.is_for(board, size):
            continue
        try:
            tables[name] = answer(query)
        except _MissingTableError as error:
            if "if built" not in query.words:
                raise TickitError(f"there is no {' or '.join(query.refs)} yet: build it with `make run`.") from error
            missing.append(name)
        if name == "size":
            size = "detail" if sum(tables[name].rows[0]) <= DETAIL_ROWS else "summary"
    return tables, missing


def _now() -> str:
    """Return the time in UTC, or SOURCE_DATE_EPOCH, the convention for files that are to come out the same."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(fixed), UTC) if fixed else datetime.now(UTC)
    return f"{now:%Y-%m-%d %H:%M} UTC"
