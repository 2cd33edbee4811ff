"""Which columns a table has, asked of the catalog: for the few rewrites that have to name them one by one."""

from __future__ import annotations

from functools import cached_property

from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal.server import Postgres


class Catalog:
    """Looks columns up in a connection of its own, so a table of an unfinished transaction is not known."""

    def __init__(self, server: Postgres) -> None:
        self._server = server

    @cached_property
    def _connection(self) -> Connection:
        # Kept: to open one takes longer than all else that is done to a statement.
        connection = self._server.connect()
        with connection.cursor() as cursor:
            cursor.execute("set search_path = public, rs, pg_catalog")
        return connection

    def columns_of(self, table: str) -> list[str] | None:
        """Return the columns of a table or view, written as in SQL, in order; None if there is none."""
        with self._connection.cursor() as cursor:
            cursor.execute(
                "select attname from pg_attribute "
                "where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped order by attnum",
                [table],
            )
            return [name for (name,) in cursor.fetchall()] or None
