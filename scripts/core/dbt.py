"""Start dbt: in this process, which saves the seconds of its start, or in one of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.core.errors import Interrupted, TickitError
from scripts.core.profiles import default_target, profiles_folder
from scripts.core.tools import tool

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

Callback = Callable[["EventMsg"], None]

PACKAGES = Path("dbt_packages")

_PATIENCE_SECONDS = 3.0


def in_process(
    arguments: Sequence[str],
    *,
    target: str,
    manifest: Manifest | None = None,
    callbacks: Sequence[Callback] = (),
    may_fail: bool = False,
    log_level: str = "debug",
) -> dbtRunnerResult:
    """Run a dbt command in this process; nothing is printed, all is in logs/dbt.log.

    Args:
        arguments: the command and its options.
        target: an output of profiles.yml.
        manifest: of an earlier command, so that the project is not parsed again.
        callbacks: called with each of dbt's events, from several threads.
        may_fail: return also if nodes failed; what happened to each is in the result.
        log_level: of logs/dbt.log; ``none`` for no log.

    Raises:
        TickitError: dbt failed; the message has dbt's words.
        Interrupted: Ctrl-C, at once, whatever dbt's threads are doing.

    """
    os.environ.setdefault("DBT_PROFILES_DIR", str(profiles_folder()))
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    # Imported now: dbt takes a second to import, and reads the environment.
    from dbt.cli.main import dbtRunner

    errors: list[str] = []

    def collect(event: EventMsg) -> None:
        # The stack trace of a fault within dbt is in logs/dbt.log.
        if event.info.level == "error" and event.info.name != "MainStackTrace":
            errors.append(plain(event.info.msg))  # type: ignore[attr-defined]  # protobuf makes its fields later

    # To name the default target would make dbt parse again: it compares arguments, not what they mean.
    named = [] if target == default_target() else ["--target", target]
    # Without the second option the file would be as quiet as the terminal.
    levels = ["--log-level", "none", "--log-level-file", log_level]
    with _stopped_at_once():
        outcome = dbtRunner(manifest=manifest, callbacks=[collect, *callbacks]).invoke([*arguments, *named, *levels])
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    if not (outcome.success or (may_fail and getattr(outcome.result, "results", None))):
        said = [line for line in errors if line.strip()] or [str(outcome.exception)]
        text = _without_call_stack("\n".join(dict.fromkeys(said)))
        raise TickitError(f"dbt {arguments[0]} failed.\n{text}")
    return outcome


def in_a_process(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a dbt command in a process of its own, with these variables beside this process's; stdout has all it says."""
    return subprocess.run(
        [tool("dbt"), *arguments],
        env={**os.environ, "DBT_PROFILES_DIR": str(profiles_folder()), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def plain(message: str) -> str:
    """Strip a message of dbt's of its colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", message)


def _without_call_stack(message: str) -> str:
    """Leave out what dbt says of a failed macro for its author: what kind of error, where it was called, from where."""
    lines = message.splitlines()
    noise = re.compile(
        r"Encountered an error while running operation: (Compilation Error in macro |(Database|Runtime) Error$)"
        r"|\s*Runtime Error$|\s*> (in|called by) macro "
    )
    return "\n".join(line for line in lines if line.strip() and not noise.match(line))


def _exit() -> None:
    if sys.stdout.isatty():
        print("\x1b[?25h", end="", flush=True)  # the cursor, which a bar hides
    os._exit(130)


@contextmanager
def _stopped_at_once() -> Iterator[None]:
    """Answer Ctrl-C within seconds: dbt waits for its threads, and a Python model in one of them for its last line.

    What is cut off is as after a kill: DuckDB and the files in the lake are whole.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*_: object) -> None:
        print("\nInterrupted. What is built stays.", file=sys.stderr, flush=True)
        end = threading.Timer(_PATIENCE_SECONDS, _exit)
        end.daemon = True
        end.start()
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second Ctrl-C ends at once
        raise Interrupted

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is stop:
            signal.signal(signal.SIGINT, before)
