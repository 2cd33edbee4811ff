"""Run a job: its steps one after the other, each with a log, a timeout and retries; what happened is in run.json.

Exit codes are those that schedulers know: 0 done; 1 a step failed; 2 wrong arguments or a mistake in jobs/jobs.yml;
75 try again later (another run holds the lock, or a transient failure outlived its retries: sysexits.h's EX_TEMPFAIL);
124 timeout, as of timeout(1); 128 and its number for a signal: 130 Ctrl-C, 143 SIGTERM.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from types import FrameType

from rich.console import Console

from scripts.core.progress import waiting
from scripts.core.tools import tool
from scripts.jobs import dbt_files, processes, record
from scripts.jobs.declaration import DeclarationError, Step, words_of
from scripts.jobs.lock import Holder, lock
from scripts.jobs.plan import Plan, again
from scripts.jobs.record import Attempt, Run, StepRecord
from scripts.jobs.transient import reason_in, reason_of_all

OK = 0
STEP_FAILED = 1
TRY_LATER = 75
TIMED_OUT = 124
BY_SIGNAL = 128

_SHOWN_LINES = 20
_SHOWN_AFTER = 5
# Enough for what dbt says of an error that it did not expect.
_READ_LINES = 60
_LONGEST_WAIT_SECONDS = 300.0
_POLL_SECONDS = 0.1
_AFTER_SECONDS = 300.0
# After a signal: some schedulers kill 10 seconds after they have asked.
_SECONDS_TO_STOP = 9.0

Programs = Mapping[str, Sequence[str]]
"""How each program of a command line is started: the words that take the place of its name."""


def programs() -> Programs:
    """Return how dbt, tickit and make are started: by this Python's environment, whatever PATH is."""
    make = shutil.which("make")
    return {"dbt": [tool("dbt")], "tickit": [sys.executable, "-m", "scripts.cli"], **({"make": [make]} if make else {})}


@dataclass(frozen=True)
class After:
    """What is called with the folder of a run when it has ended; ``when_stopped``: also if there are seconds left."""

    name: str
    command: Sequence[str]
    when_stopped: bool = False


AFTER = (
    After("history", (sys.executable, "-m", "scripts.cli", "jobs", "record")),
    After("notification", (sys.executable, "-m", "scripts.cli", "notify", "run"), when_stopped=True),
)


@dataclass
class Runner:
    """Runs one job once.

    ``wait_seconds``: before the first retry, and twice as long before each further one.
    """

    planned: Plan
    console: Console
    programs: Programs = field(default_factory=programs)
    after: Sequence[After] = AFTER
    reports: Path = record.REPORTS
    wait_seconds: float = 30.0
    _run_id: str = ""
    _signal: int = 0
    _signalled_at: float = 0.0
    _deadline: float = 0.0

    def run(self, *, fresh: bool = False) -> int:
        """Run the steps; return the exit code. ``fresh``: do not go on where a killed run ended.

        Raises:
            LockHeldError: another run works on a warehouse that a step writes to.
            DeclarationError: a program of a step is not installed.

        """
        for step in self.planned.steps:
            if (program := words_of(step.command)[0]) not in self.programs:
                raise DeclarationError(f"step {step.name} needs {program}, which is not installed.")
        run = record.new_run(self.planned)
        self._run_id = run.run_id
        holder = Holder(run.job, run.run_id, run.started_at)
        with self._signals(), ExitStack() as locks:
            paths = [self.reports / warehouse / "lock" for warehouse in self.planned.warehouses]
            left_behind = {killed for path in paths if (killed := locks.enter_context(lock(path, holder)))}
            for killed in left_behind:
                self._stop_left_behind(killed)
            return self._run(run, fresh)

    def _stop_left_behind(self, killed: Holder) -> None:
        count = processes.stop_left_behind(killed.run_id) if killed.is_of_this_host else 0
        these = "1 process, which is" if count == 1 else f"{count} processes, which are"
        ended = f", with {these} stopped now" if count else ""
        self._say(f"Run {killed.run_id} of job {killed.job} was killed{ended}.")

    def _run(self, run: Run, fresh: bool) -> int:
        started = monotonic()
        self._deadline = started + self.planned.job.timeout_minutes * 60
        runs = record.folder_of(run.target, run.job, reports=self.reports)
        if not fresh and not self.planned.passed_over:
            record.go_on(run, self.planned, runs)
        folder = record.begin(run, runs)
        self._say(f"Job {run.job} on target {run.target}, run {run.run_id}")
        if run.resumed_from:
            self._say(f"Going on where run {run.resumed_from} was stopped; --fresh starts over.")
        code = OK
        try:
            for number, (step, about) in enumerate(zip(self.planned.steps, run.steps, strict=True)):
                if about.status == record.PENDING:
                    code = self._step(run, folder, number, step, about, code)
        except BaseException:  # an error of ours, such as a full disk
            self._finish(run, folder, STEP_FAILED, monotonic() - started)
            raise
        self._finish(run, folder, code, monotonic() - started)
        self._after(folder)
        self._summary(run, folder, code)
        record.remove_old(runs)
        return code

    def _step(self, run: Run, folder: Path, number: int, step: Step, about: StepRecord, code: int) -> int:
        """Run a step, or pass it over; return the exit code of the job so far."""
        ended = self._ended_by(self._deadline)
        if ended or (code and not step.always):
            about.status = record.SKIPPED
            record.save(run, folder)
            return ended or code
        position = f"[{number + 1}/{len(run.steps)}]"
        if not self.console.is_terminal:
            self._say(f"{position} {step.name}: {step.command}")
        began = monotonic()
        about.status, about.started_at = record.RUNNING, record.now()
        with waiting(self.console, f"{position} {step.name}: {step.command}"):
            outcome = self._attempts(run, folder, step, about, number)
        about.status = _STATUS.get(outcome, record.STOPPED if outcome > BY_SIGNAL else record.FAILED)
        about.ended_at, about.seconds = record.now(), round(monotonic() - began, 3)
        record.save(run, folder)
        self._result(step, about, folder, position)
        if outcome == OK or (step.allow_failure and not self._ended_by(self._deadline)):
            return code
        # What somebody has to put right counts more than what passes.
        return outcome if code in (OK, TRY_LATER) else code

    def _attempts(self, run: Run, folder: Path, step: Step, about: StepRecord, number: int) -> int:
        """Try a step until it succeeds, fails for good or is stopped; return the exit code that this means."""
        limit = step.timeout_minutes
        deadline = min(self._deadline, monotonic() + limit * 60) if limit else self._deadline
        command = step.command
        for count in range(self.planned.job.retries + 1):
            attempt = Attempt(command, record.now())
            about.attempts.append(attempt)
            record.save(run, folder)
            before = dbt_files.stamps()
            ended, exit_code = self._command(command, folder / about.log, deadline, run.run_id)
            attempt.ended_at, attempt.exit_code, about.exit_code = record.now(), exit_code, exit_code
            kept = Path("artifacts", f"{number + 1:02}-{step.name}", str(count + 1))
            if dbt_files.keep_new(before, folder / kept):
                attempt.artifacts = str(kept)
            if ended or not exit_code:
                return ended
            reason = _transient(folder, about.log, attempt)
            if not reason:
                record.save(run, folder)
                return STEP_FAILED
            attempt.reason = f"transient: {reason}"
            record.save(run, folder)
            if count < self.planned.job.retries:
                if attempt.artifacts and exit_code == 1 and dbt_files.can_be_retried(folder / attempt.artifacts):
                    command = shlex.join(["dbt", "retry", "--state", str(folder / attempt.artifacts)])
                wait = min(self.wait_seconds * 2**count, _LONGEST_WAIT_SECONDS)
                self._say(f"      {reason}: trying again in {wait:.0f} s: {command}")
                if ended := self._wait(wait, deadline):
                    return ended
        return TRY_LATER

    def _command(self, command: str, log: Path, deadline: float, run_id: str) -> tuple[int, int]:
        """Run a command; return what ended it too early, or 0, and its exit code."""
        program, *arguments = words_of(command)
        with log.open("a", encoding="utf-8") as file:
            file.write(f"$ {command}    # {record.now()}\n")
        environment = {**self.planned.environment, **_QUIET}
        process = processes.start([*self.programs[program], *arguments], log, environment, run_id)
        ended = OK
        try:
            while process.poll() is None and not ended:
                ended = self._wait(_POLL_SECONDS, deadline)
        finally:
            processes.stop(process, run_id)
        # Of a command that was killed by a signal it is negative.
        code = process.returncode
        return ended, code if code >= 0 else BY_SIGNAL - code

    def _wait(self, seconds: float, deadline: float) -> int:
        """Wait; return what ended it too early, or 0."""
        until = monotonic() + seconds
        while not (ended := self._ended_by(deadline)) and monotonic() < until:
            sleep(min(seconds, _POLL_SECONDS))
        return ended

    def _ended_by(self, deadline: float) -> int:
        if self._signal:
            return BY_SIGNAL + self._signal
        return TIMED_OUT if monotonic() > deadline else OK

    @staticmethod
    def _finish(run: Run, folder: Path, code: int, seconds: float) -> None:
        for step in run.steps:
            if step.status in (record.RUNNING, record.PENDING):
                step.status = record.STOPPED if step.status == record.RUNNING else record.SKIPPED
        run.status = _STATUS.get(code, record.STOPPED if code > BY_SIGNAL else record.FAILED)
        run.ended_at, run.seconds = record.now(), round(seconds, 3)
        record.save(run, folder)

    def _after(self, folder: Path) -> None:
        """Call what comes after a run; whatever becomes of that, the exit code is the job's."""
        for each in self.after:
            if self._signal and not each.when_stopped:
                continue
            log = folder / "logs" / f"after-{each.name}.log"
            deadline = self._signalled_at + _SECONDS_TO_STOP if self._signal else monotonic() + _AFTER_SECONDS
            process = processes.start([*each.command, str(folder)], log, self.planned.environment, folder.name)
            try:
                code = process.wait(max(deadline - monotonic(), 0))
            except subprocess.TimeoutExpired:
                code = TIMED_OUT
            finally:
                processes.stop(process, folder.name)
            if code:
                self._say(f"{each.name} failed with exit code {code}, which does not change the job's: {log}", "yellow")
                for line in _last_lines(log, _SHOWN_AFTER):
                    self._say(f"      | {line}", "dim")

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Note a signal; it is answered between two looks at the running step."""

        def stop(number: int, _: FrameType | None) -> None:
            if self._signal and number == signal.SIGINT:  # somebody cannot wait
                processes.kill(self._run_id)
            if not self._signal:
                self._signal, self._signalled_at = number, monotonic()

        # A terminal that is closed sends SIGHUP, which nohup has ignored.
        numbers = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            numbers.append(signal.SIGHUP)
        before = {number: signal.signal(number, stop) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _result(self, step: Step, about: StepRecord, folder: Path, position: str) -> None:
        style = {record.SUCCESS: "green", record.FAILED: "red"}.get(about.status, "yellow")
        allowed = ", as it may" if step.allow_failure and about.status == record.FAILED else ""
        name = f"{position} {step.name}" if self.console.is_terminal else f"{' ' * len(position)} {step.name}"
        lines = _last_lines(folder / about.log, _SHOWN_LINES)
        last = lines[-1].strip()
        said = f": {last}" if about.status == record.SUCCESS and not last.startswith("$ ") else ""
        self._say(f"{name} {about.status}{allowed} in {about.seconds:.1f} s{said}", style)
        if about.status in (record.FAILED, record.TIMEOUT):
            self._say(f"      The last lines of {folder / about.log}:")
            for line in lines:
                self._say(f"      | {line}", "dim")
            self._say(f"      The command: {self._by_hand(about.attempts[-1].command)}")

    def _by_hand(self, command: str) -> str:
        variables = (f"{name}={shlex.quote(value)}" for name, value in self.planned.environment.items())
        return " ".join([*variables, command])

    def _summary(self, run: Run, folder: Path, code: int) -> None:
        width = max(len(step.name) for step in run.steps)
        self._say(f"\nJob {run.job}: {run.status} after {run.seconds or 0:.1f} s (exit code {code})")
        for step in run.steps:
            seconds = f"{step.seconds:8.1f} s" if step.seconds is not None else ""
            done = f"done by run {step.done_by}" if step.done_by else ""
            tries = f"  {len(step.attempts)} attempts" if len(step.attempts) > 1 else ""
            self._say(f"  {step.name:<{width}}  {step.status:<8}{seconds}{done}{tries}")
        self._say(f"Logs and results: {folder}")
        # What to begin with again: the step that failed first.
        failed = next((step.name for step in run.steps if step.status in (record.FAILED, record.TIMEOUT)), None)
        if code in (STEP_FAILED, TRY_LATER, TIMED_OUT) and failed:
            self._say(f"When it is mended: {again(run.job, run.target, failed, is_first=failed == run.steps[0].name)}")
        elif code > BY_SIGNAL:
            self._say(f"To go on: tickit job {run.job} --target {run.target}")

    def _say(self, text: str, style: str | None = None) -> None:
        self.console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


_STATUS = {OK: record.SUCCESS, STEP_FAILED: record.FAILED, TRY_LATER: record.FAILED, TIMED_OUT: record.TIMEOUT}
# Logs are read in files and in a scheduler's pages.
_QUIET = {"DBT_USE_COLORS": "false", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}


def _transient(folder: Path, log: str, attempt: Attempt) -> str | None:
    """Return why the failure of an attempt is transient; None if it is of data or code, or not known."""
    if attempt.artifacts and (said := dbt_files.messages_of_failures(folder / attempt.artifacts)):
        return reason_of_all(said)
    lines = _last_lines(folder / log, _READ_LINES)
    # An earlier attempt's lines are those before the last command line.
    begins = max((number for number, line in enumerate(lines) if line.startswith("$ ")), default=0)
    return reason_in("\n".join(lines[begins:]))


def _last_lines(log: Path, count: int) -> list[str]:
    """Return the last lines of a log that are not empty, without reading all of it."""
    with log.open("rb") as file:
        file.seek(max(file.seek(0, os.SEEK_END) - 64_000, 0))
        lines = file.read().decode(errors="replace").splitlines()
    return [line for line in lines if line.strip()][-count:]
