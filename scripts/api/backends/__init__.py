"""Where the rows come from: one small interface, an engine behind it each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from scripts.serving.catalogue import Catalogue

QUERY_SECONDS = 30.0
"""Longer than this no query runs."""


class SlowQueryError(Exception):
    """A query ran longer than it may."""


class UnavailableError(Exception):
    """The engine cannot be asked now; the message says why, without values."""


class Snapshot(Protocol):
    """One published version: whatever is asked of it is of the same state."""

    version: str
    catalogue: Catalogue

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query, ``?`` in it for each value; raise SlowQueryError or UnavailableError."""
        ...

    def close(self) -> None:
        """Let go of it; nobody reads it any more."""
        ...


class Backend(Protocol):
    """An engine and what is published there. Its methods are called from one thread at a time."""

    engine: str
    look_seconds: float
    """Between two looks for a newer version."""

    def open(self) -> Snapshot:
        """Open the newest version; raise TickitError if there is none, or it cannot be read."""
        ...

    def has_changed(self) -> bool:
        """Return whether there is a newer version than the last that was opened."""
        ...
