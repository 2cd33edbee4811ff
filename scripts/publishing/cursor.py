"""Have dbt-duckdb run all statements by cursors whose errors quote no value.

What an error says goes to the console, to logs/dbt.log with the whole chain of its causes, and to run_results.json. A
plugin can configure a cursor and not replace it, and the error handler of dbt-duckdb sees neither fetching nor Python
models; so the two functions of dbt-duckdb that every cursor and every Python model go through are wrapped here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import duckdb
from dbt.adapters.duckdb.environments import Environment
from dbt_common.exceptions import DbtRuntimeError

from scripts.core.duckdb_errors import values_left_out, without_values


class Cursor:
    """A cursor of DuckDB, or what dbt-duckdb made of it."""

    def __init__(self, cursor: Any) -> None:  # dbt-duckdb has several kinds
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:  # whatever a cursor has
        """Return the cursor's own, whose errors quote no value."""
        with values_left_out():
            found = getattr(self._cursor, name)
        if not callable(found):
            return found

        @wraps(found)
        def careful(*arguments: object, **options: object) -> object:
            with values_left_out():
                result = found(*arguments, **options)
            return self if result is self._cursor else result

        return careful


def install() -> None:
    """Wrap what dbt-duckdb makes cursors and runs Python models with; once a process."""
    if not hasattr(Environment.initialize_cursor, "__wrapped__"):
        environment: Any = Environment
        environment.initialize_cursor = classmethod(_with_careful_cursor(environment.initialize_cursor.__func__))
        environment.run_python_job = classmethod(_with_careful_message(environment.run_python_job.__func__))


def _with_careful_cursor(initialize_cursor: Callable[..., object]) -> Callable[..., Cursor]:
    @wraps(initialize_cursor)
    def initialize(*arguments: object, **options: object) -> Cursor:
        return Cursor(initialize_cursor(*arguments, **options))

    return initialize


def _with_careful_message(run_python_job: Callable[..., None]) -> Callable[..., None]:
    """dbt-duckdb puts the traceback of a model that failed into the message: relations are not run by a cursor."""

    @wraps(run_python_job)
    def run(*arguments: object, **options: object) -> None:
        try:
            run_python_job(*arguments, **options)
        except DbtRuntimeError as error:
            said, cause = str(error.msg), error.__context__
            while cause is not None:
                if isinstance(cause, duckdb.Error):
                    said = said.replace(str(cause), without_values(cause))
                cause = cause.__cause__ or cause.__context__
            raise DbtRuntimeError(said) from None

    return run
