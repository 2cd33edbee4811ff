"""The serving file of a DuckDB warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb

from scripts.api.backends import QUERY_SECONDS, SlowQueryError, UnavailableError
from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.core.sql import literal, quoted
from scripts.serving.catalogue import Catalogue
from scripts.serving.duckdb_file import ABOUT


class DuckDBSnapshot:
    """A serving file that is open: it stays readable when it is replaced."""

    def __init__(self, file: Path, query_seconds: float = QUERY_SECONDS) -> None:
        self._query_seconds = query_seconds
        # Each in a database of its own: DuckDB keeps one for each path that it is connected to.
        self._connection = duckdb.connect(":memory:")
        try:
            self._connection.execute("set TimeZone = 'UTC'")
            self._connection.execute(f"attach {literal(file)} as serving_file (read_only)")
            row = self._connection.execute(f"select version, catalogue from serving_file.{ABOUT}").fetchone()
            assert row  # noqa: S101  # written with the file
            self.version: str = row[0]
            self.catalogue = Catalogue.from_json(row[1])
            database = quoted(self.catalogue.database)
            # The metrics name the database as the project does.
            self._connection.execute("detach serving_file")
            self._connection.execute(f"attach {literal(file)} as {database} (read_only)")
            again = self._connection.execute(f"select version from {database}.{ABOUT}").fetchone()
            if again != (self.version,):
                raise _ReplacedError
            self._connection.execute("set enable_external_access = false")
            self._connection.execute("set lock_configuration = true")
        except BaseException:
            self._connection.close()
            raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._connection.cursor() as cursor:
            watch = Timer(self._query_seconds, cursor.interrupt)
            watch.daemon = True
            watch.start()
            try:
                return cursor.execute(sql, list(values)).fetchall()
            except duckdb.InterruptException as error:
                raise SlowQueryError from error
            except duckdb.Error as error:
                raise UnavailableError(without_values(error)) from None
            finally:
                watch.cancel()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class DuckDBBackend:
    """A warehouse's serving file, which builds replace."""

    engine = "duckdb"
    look_seconds = 0.25

    def __init__(self, file: Path, query_seconds: float = QUERY_SECONDS) -> None:
        self._file = file
        self._query_seconds = query_seconds
        self._opened: tuple[int, int, int] | None = None

    def open(self) -> DuckDBSnapshot:
        """Open the file as it is now."""
        for _ in range(20):
            self._opened = self._identity()
            try:
                return DuckDBSnapshot(self._file, self._query_seconds)
            except _ReplacedError:
                continue
            except duckdb.Error as error:
                if not self._file.exists():
                    raise TickitError(f"there is no serving file at {self._file}: build it with `make run`.") from error
                raise TickitError(
                    f"{self._file} cannot be read: {without_values(error)}. `tickit serving` writes it again."
                ) from error
        raise TickitError(f"{self._file} is replaced faster than it can be opened: try again.")

    def has_changed(self) -> bool:
        """Return whether the file is another one than was opened last."""
        return self._identity() not in (None, self._opened)

    def _identity(self) -> tuple[int, int, int] | None:
        try:
            about = self._file.stat()
        except FileNotFoundError:
            return None
        return about.st_ino, about.st_mtime_ns, about.st_size


class _ReplacedError(Exception):
    """The file was replaced between two looks at it."""
