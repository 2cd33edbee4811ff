"""The proxy's log: every statement with what it cost, every refusal and error with the rule behind it.

One JSON object a line, so that the log can be read while the proxy writes it.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# dbt writes who asks into a comment: /* {"app": "dbt", ..., "node_id": "model.project.name"} */
_NODE = re.compile(r'"node_id": "([^"]+)"')


@dataclass(frozen=True)
class Statement:
    """A statement as it came, and what was made of it.

    ``sent`` is empty if nothing was rewritten, or the statement was refused; ``milliseconds`` is the processor time of
    reading, checking and rewriting: on a busy machine, waiting for the processor is not the proxy's cost.
    """

    number: int
    time: float
    sql: str
    sent: str
    milliseconds: float

    @property
    def node(self) -> str | None:
        """Return dbt's name of the model, test ... that asked; None if the statement does not say."""
        found = _NODE.search(self.sql)
        return found[1] if found else None


@dataclass(frozen=True)
class Latency:
    """Milliseconds that each statement has waited, and each COMMIT beyond that; false if none has."""

    statement: float = 0
    commit: float = 0

    def __bool__(self) -> bool:
        """Say whether anything waits."""
        return bool(self.statement or self.commit)


@dataclass(frozen=True)
class Failure:
    """Why a statement, named by its number, was not run: a rule of ours, or an error of the stand-in."""

    number: int
    rule: str
    message: str
    documentation: str
    sqlstate: str


class Log:
    """Writes statements and failures to a file as they happen."""

    def __init__(self, path: Path, latency: Latency) -> None:
        self._file = path.open("w", encoding="utf-8", buffering=1)
        self._count = 0
        if latency:
            self._write("latency", latency)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def statement(self, sql: str, sent: str, milliseconds: float) -> int:
        """Note a statement; return its number."""
        self._count += 1
        entry = Statement(self._count, time.time(), sql, sent if sent != sql else "", round(milliseconds, 4))
        self._write("statement", entry)
        return self._count

    def failure(self, failure: Failure) -> None:
        """Note why a statement failed."""
        self._write("failure", failure)

    def _write(self, kind: str, entry: Statement | Failure | Latency) -> None:
        self._file.write(json.dumps({"kind": kind, **asdict(entry)}) + "\n")


def read_log(path: Path) -> tuple[list[Statement], list[Failure], Latency]:
    """Read what a log holds so far."""
    statements, failures, latency = [], [], Latency()
    for entry in _entries(path):
        kind = entry.pop("kind")
        if kind == "statement":
            statements.append(Statement(**entry))
        elif kind == "failure":
            failures.append(Failure(**entry))
        else:
            latency = Latency(**entry)
    return statements, failures, latency


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.endswith("}"):  # the last may be half written
            yield json.loads(line)
