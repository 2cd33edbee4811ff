"""Which columns a table has, asked of the catalog: for the few rewrites that have to name them one by one."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from scripts.rehearsal.server import Postgres


@dataclass(frozen=True)
class Catalog:
    """Looks columns up in a connection of its own, so a table of an unfinished transaction is not known."""

    server: Postgres

    def columns_of(self, table: str) -> list[str] | None:
        """Return the columns of a table or view, written as in SQL, in order; None if there is none."""
        with closing(self.server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(
                "select attname from pg_attribute "
                "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
                [table],
            )
            return [name for (name,) in cursor.fetchall()] or None
