"""The serving schema of Redshift, through Redshift's own driver and a few connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import redshift_connector
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.pool import QueuePool

from scripts.api.backends import QUERY_SECONDS, SlowQueryError, UnavailableError
from scripts.api.backends.renaming import Names
from scripts.core.errors import TickitError
from scripts.core.redshift import Connector, code_of
from scripts.core.sql import quoted
from scripts.serving.catalogue import Catalogue
from scripts.serving.redshift import schema_of, tables

# Redshift's own queue has few places: more would wait there.
_CONNECTIONS = 8
_WAIT_SECONDS = 10
# After so long a connection is replaced: with IAM its password has ended, and Redshift closes what is idle.
_RECYCLE_SECONDS = 600
# SQLSTATE: a statement that ran longer than statement_timeout; a connection that was ended; a table or schema that is
# not there.
_CANCELLED = "57014"
_BROKEN = ("08", "57P")
_MISSING = ("42P01", "3F000")

Ask = Callable[..., list[tuple[Any, ...]]]


class RedshiftSnapshot:
    """The tables of a version: they stay when a newer one is published."""

    def __init__(self, ask: Ask, schema: str, version: str, catalogue: Catalogue) -> None:
        self.version = version
        self.catalogue = catalogue
        self._ask = ask
        self._names = Names(tables(catalogue, schema, version))

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the marts, from this version's copies of them."""
        return self._ask(self._names.exchange(sql), values)

    def close(self) -> None:
        """Nothing is open: the connections are the backend's."""


class RedshiftBackend:
    """The versions that `tickit serving` has published on Redshift.

    Args:
        connector: how to connect.
        query_seconds: longer than this no query runs.

    """

    engine = "redshift"
    # Each look is a query, for which Serverless wakes up or stays awake.
    look_seconds = 60.0

    def __init__(self, connector: Connector, query_seconds: float = QUERY_SECONDS) -> None:
        self._schema = schema_of(connector.schema)
        self._query_seconds = query_seconds
        self._connector = connector
        self._opened = ""
        self._pool = QueuePool(
            self._connect,
            pool_size=_CONNECTIONS,
            max_overflow=0,
            timeout=_WAIT_SECONDS,
            recycle=_RECYCLE_SECONDS,
            # Each statement is a transaction of its own, so nothing is to be rolled back.
            reset_on_return=None,
        )

    def open(self) -> RedshiftSnapshot:
        """Open the newest version."""
        about = f"{quoted(self._schema)}.about"
        try:
            parts = self._ask(
                f"select version, catalogue from {about} "
                f"where version = (select max(version) from {about}) order by part"
            )
        except _MissingError:
            parts = []
        except (SlowQueryError, UnavailableError) as error:
            raise TickitError(f"{about} cannot be read: {error}.") from error
        if not parts:
            raise TickitError(f"nothing is published in the schema {self._schema}: `tickit serving` does it.")
        self._opened = parts[0][0]
        return RedshiftSnapshot(
            self._ask, self._schema, self._opened, Catalogue.from_json("".join(part for _, part in parts))
        )

    def has_changed(self) -> bool:
        """Return whether there is a version after the last that was opened."""
        try:
            return self._ask(f"select max(version) from {quoted(self._schema)}.about") != [(self._opened,)]
        except (SlowQueryError, UnavailableError) as error:
            raise TickitError(f"no newer version could be looked for: {error}.") from error

    def _connect(self) -> Any:
        connection = self._connector.open()
        with connection.cursor() as cursor:
            cursor.execute(f"set statement_timeout to {int(self._query_seconds * 1_000)}")
            cursor.execute("set query_group to 'tickit_api'")
        return connection

    def _ask(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, ``?`` in it for each value; raise SlowQueryError or UnavailableError."""
        try:
            return self._ask_once(sql, values)
        except _BrokenError:
            # Redshift closes what was idle and restarts for its maintenance; to read again harms nothing.
            return self._ask_once(sql, values)

    def _ask_once(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            connection = self._pool.connect()
        except NoConnectionError as error:
            raise UnavailableError("all connections to Redshift are busy") from error
        except TickitError as error:
            raise UnavailableError(str(error)) from error
        try:
            cursor: Any = connection.cursor()
            cursor.paramstyle = "qmark"
            cursor.execute(sql, tuple(values) if values else None)
            return [tuple(row) for row in cursor.fetchall()]
        except (redshift_connector.Error, OSError) as error:
            code = code_of(error)
            if code == _CANCELLED:
                raise SlowQueryError from error
            # Its words may quote values.
            said = f"Redshift answers with error {code}"
            if isinstance(error, redshift_connector.ProgrammingError) and not code.startswith(_BROKEN):
                raise (_MissingError if code in _MISSING else UnavailableError)(said) from error
            connection.invalidate(error)
            raise _BrokenError(said) from error
        finally:
            connection.close()


class _BrokenError(UnavailableError):
    """The connection is no more."""


class _MissingError(UnavailableError):
    """There is no such table or schema."""
