"""The stand-in for Redshift as tests ask it: with the driver that dbt uses, one statement at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redshift_connector


@dataclass(frozen=True)
class Rehearsal:
    """A running stand-in for Redshift: where it listens, its lake and its log."""

    host: str
    port: int
    lake: Path
    log: Path

    @contextmanager
    def connect(self, user: str = "dbt", *, autocommit: bool = True) -> Iterator[redshift_connector.Connection]:
        """Connect as dbt does, with the driver that it uses."""
        connection = redshift_connector.connect(
            host=self.host, port=self.port, user=user, password="any", database="tickit", ssl=False
        )
        connection.autocommit = autocommit
        try:
            yield connection
        finally:
            connection.close()

    def run(self, sql: str, user: str = "dbt") -> list[tuple]:
        """Run one statement in a connection of its own; return its rows, none if it has no result."""
        with self.connect(user) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def error(self, sql: str, user: str = "dbt") -> str:
        """Run a statement that has to fail; return the message."""
        try:
            rows = self.run(sql, user)
        except redshift_connector.Error as error:
            return error.args[0]["M"]
        raise AssertionError(f"no error, but {rows}: {sql}")
