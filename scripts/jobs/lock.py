"""One job at a time on a warehouse: a lock that the kernel drops with the process that holds it, and who that is."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scripts.core.errors import TickitError


class LockHeldError(TickitError):
    """Another run works on the same warehouse. Its exit code is sysexits.h's EX_TEMPFAIL: try again later."""

    exit_code = 75


@dataclass(frozen=True)
class Holder:
    """Who holds a lock; ``since`` is a time in UTC, ISO 8601."""

    job: str
    run_id: str
    since: str
    pid: int = field(default_factory=os.getpid)
    host: str = field(default_factory=socket.gethostname)

    @property
    def is_of_this_host(self) -> bool:
        """Return whether its processes can be looked at here."""
        return self.host == socket.gethostname()


@contextmanager
def lock(path: Path, holder: Holder) -> Iterator[Holder | None]:
    """Hold the lock in this file; yield the holder that ended without releasing it, if there was one.

    The file stays when the lock is released: to remove it would let a second process lock another file of its name.

    Raises:
        LockHeldError: another process holds it; the message says which.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockHeldError(_refusal(path)) from None
        left_behind = _read(path)
        _write(path, json.dumps(asdict(holder)))
        try:
            yield left_behind
        finally:
            _write(path, "")


def _read(path: Path) -> Holder | None:
    """Return the holder that is written in the file; None if there is none, or it cannot be read."""
    try:
        return Holder(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError):
        return None


def _write(path: Path, text: str) -> None:
    # In place: the lock is on this very file.
    path.write_text(text, encoding="utf-8")


def _refusal(path: Path) -> str:
    holder = _read(path)
    if not holder:
        return f"another run works on this warehouse ({path}): wait until it has ended."
    return (
        f"job {holder.job} works on {path.parent.name} since {holder.since}: process {holder.pid} on {holder.host}, "
        f"run {holder.run_id}. Wait until it has ended, or stop it: kill {holder.pid}"
    )
