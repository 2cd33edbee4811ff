"""Both engines, as a trap is put to them: one query, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import duckdb
import redshift_connector
from redshift_rehearsal import Rehearsal

from scripts.parity.compare import canonical

SCHEMA = "traps"
_TABLE = f"{SCHEMA}.answer"


@dataclass(frozen=True)
class Answer:
    """What an engine makes of a query: its one value as text, with the column's type and name; or the error."""

    value: str = ""
    type: str = ""
    name: str = ""
    error: str = ""

    def differs_from(self, told: dict[str, str]) -> dict[str, tuple[str, str]]:
        """Return what differs from the expected, {what: (expected, answered)}; of an error, some of its words."""
        answered = asdict(self)
        differing = {key: (words, answered[key]) for key, words in told.items() if answered[key] != words}
        if "error" in told:
            return {} if told["error"] in self.error else differing
        return {"error": ("", self.error)} if self.error else differing


Engine = Callable[[str], Answer]


@contextmanager
def on_duckdb(tables: list[str], settings: dict[str, object]) -> Iterator[Engine]:
    """Yield what puts a query to a DuckDB with these tables and settings."""
    with duckdb.connect() as connection:
        for name, value in settings.items():
            connection.execute(f"set {name} = '{value}'")
        for statement in (f"create schema {SCHEMA}", *tables):
            connection.execute(statement)

        def ask(sql: str) -> Answer:
            try:
                connection.execute(f"create or replace table {_TABLE} as {sql}")
            except duckdb.Error as error:
                return Answer(error=str(error))
            ((value, *_),) = connection.execute(f"select * from {_TABLE}").fetchall()
            name, kind, *_ = connection.execute(f"describe {_TABLE}").fetchone()
            return Answer(_text(value), canonical(kind), name)

        yield ask


@contextmanager
def on_rehearsal(tables: list[str], rehearsal: Rehearsal) -> Iterator[Engine]:
    """Yield what puts a query to the running rehearsal, with these tables in it; drop them at the end."""
    with rehearsal.connect() as connection, connection.cursor() as cursor:

        def ask(sql: str) -> Answer:
            cursor.execute(f"drop table if exists {_TABLE}")
            try:
                cursor.execute(f"create table {_TABLE} as {sql}")
            except redshift_connector.Error as error:
                return Answer(error=error.args[0]["M"])
            cursor.execute(f"select * from {_TABLE}")
            ((value, *_),) = cursor.fetchall()
            cursor.execute(
                "select attname, format_type(atttypid, atttypmod) from pg_attribute "
                f"where attrelid = '{_TABLE}'::regclass and attnum = 1"
            )
            ((name, kind),) = cursor.fetchall()
            return Answer(_text(value), canonical(kind), name)

        for statement in (f"create schema {SCHEMA}", *tables):
            cursor.execute(statement)
        yield ask
        cursor.execute(f"drop schema {SCHEMA} cascade")


def _text(value: object) -> str:
    """Write a value as the table of traps does."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
