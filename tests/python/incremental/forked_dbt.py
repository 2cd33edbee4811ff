"""dbt for tests that run many commands: parsed once, then each in a process forked from the one that has parsed.

So a command starts in a tenth of a second instead of four, and can be killed like any other process.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.python.dbt_project import ROOT

# For commands whose artifacts a test or the next command reads.
ARTIFACTS = {"DBT_WRITE_JSON": "true"}


class ForkedDbt:
    """A process that has parsed the project with ``env``; each command runs in a process forked from it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.log = Path(env["DBT_LOG_PATH"]) / "forked.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.python.incremental.forked_dbt", str(self.log)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._answer() == "parsed", self.log.read_text(errors="replace")[-5000:]

    @property
    def warehouse(self) -> Path:
        """The DuckDB file that the commands write."""
        return Path(self.env["TICKIT_WAREHOUSE"])

    def run(
        self, *arguments: str, kill_after: float | None = None, env: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Run a command, for so many seconds at most; return its exit code, -SIGKILL if killed, and its output.

        ``env`` is added to the environment: only what dbt reads when it runs, not when it parses. Neither a log nor
        artifacts are written, a third of the time of a command: ``ARTIFACTS`` turns the latter on.
        """
        self._process.stdin.write(json.dumps([arguments, kill_after, env or {}]) + "\n")
        self._process.stdin.flush()
        return int(self._answer()), self.log.read_text(errors="replace")

    def must_run(self, *arguments: str, env: dict[str, str] | None = None) -> str:
        """Run a command that has to succeed; return what it printed."""
        code, output = self.run(*arguments, env=env)
        assert code == 0, f"dbt {' '.join(arguments)} failed:\n{output[-5000:]}"
        return output

    def _answer(self) -> str:
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        """End the process."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def forked_dbt(env: dict[str, str]) -> Iterator[ForkedDbt]:
    """Start it, and end it afterwards."""
    dbt = ForkedDbt(env)
    try:
        yield dbt
    finally:
        dbt.close()


def serve(log: Path) -> None:
    """Parse; then run the command of each line that comes in, and answer with its exit code."""
    answers = os.fdopen(os.dup(1), "w")
    _print_to(log)
    # All that a command would import, once.
    import sqlparse  # noqa: F401
    from dbt.adapters.duckdb import connections
    from dbt.cli.main import dbtRunner
    from dbt.task import build  # noqa: F401

    from scripts.publishing import plugin  # noqa: F401

    parsed = dbtRunner().invoke(["--no-use-colors", "parse"])
    print("parsed" if parsed.success else "not parsed", file=answers, flush=True)
    for line in sys.stdin:
        arguments, kill_after, env = json.loads(line)
        if not (pid := os.fork()):
            _print_to(log)
            # What the parent has parsed is no garbage, and the child does not live long.
            gc.freeze()
            gc.disable()
            os.environ.update({"DBT_LOG_LEVEL_FILE": "none", "DBT_WRITE_JSON": "false"} | env)
            done = dbtRunner(manifest=parsed.result).invoke(["--no-use-colors", *arguments])
            # As at the end of a process: what is in memory goes to the file.
            connections.DuckDBConnectionManager.close_all_connections()
            sys.stdout.flush()
            os._exit(0 if done.success else 1)
        print(_ended(pid, kill_after), file=answers, flush=True)


def _ended(pid: int, kill_after: float | None) -> int:
    """Wait for a child, and kill it when its time is over; return its exit code."""
    begun = time.monotonic()
    while kill_after is not None and time.monotonic() < begun + kill_after:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    if kill_after is not None:
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _print_to(log: Path) -> None:
    """Send all that this process prints to a file, from its beginning."""
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
