"""Start a step's command, and stop it with all that it has started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep

import psutil

RUN = "TICKIT_JOB_RUN"
"""The variable by which the processes of a run are found, also those whose parent is gone."""

# Ctrl-C first: dbt answers it by cancelling its queries in the warehouse. Some schedulers kill 10 seconds after they
# have asked: the rest of the time is for run.json and the message.
_ASK_SECONDS = 3.0
_INSIST_SECONDS = 3.0
_KILL_SECONDS = 1.0
LONGEST_SECONDS = _ASK_SECONDS + _INSIST_SECONDS + _KILL_SECONDS
_POLL_SECONDS = 0.05


def start(command: Sequence[str], log: Path, environment: Mapping[str, str], run_id: str) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own; what it prints is added to the log.

    Its output goes to the file itself, not through this process, whose end would break a pipe.
    """
    with log.open("ab") as file:
        return subprocess.Popen(
            command,
            env={**os.environ, **environment, RUN: run_id},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes], run_id: str) -> None:
    """Stop a step with all its processes, those that ignore a request too; takes 7 seconds at most."""
    leader = _process(process.pid)
    known = {leader, *_children(leader)} if leader else set()
    _end(known, run_id)
    process.wait()


def stop_left_behind(run_id: str) -> int:
    """Stop what a run has left running that was killed; return how many processes that were."""
    found = _marked(run_id)
    _end(set(found), run_id)
    return len(found)


def kill(run_id: str) -> None:
    """Kill all processes of a run at once."""
    for each in _marked(run_id):
        _send(each, signal.SIGKILL)


def _end(known: set[psutil.Process], run_id: str) -> None:
    """Ask, insist, and kill; look again before each for what was started meanwhile."""
    for number, seconds in (
        (signal.SIGINT, _ASK_SECONDS),
        (signal.SIGTERM, _INSIST_SECONDS),
        (signal.SIGKILL, _KILL_SECONDS),
    ):
        for each in list(known):
            known.update(_children(each))
        known.update(_marked(run_id))
        for each in known:
            _send(each, number)
        until = monotonic() + seconds
        while any(_is_alive(each) for each in known):
            if monotonic() > until:
                break
            sleep(_POLL_SECONDS)
        else:
            if not _marked(run_id):
                return


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _marked(run_id: str) -> list[psutil.Process]:
    """Return the processes that were started in a run, but this one: a job may have been started by a step."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.pid != os.getpid() and each.environ().get(RUN) == run_id and _is_alive(each):
                found.append(each)
        except psutil.Error:  # gone, or another user's
            continue
    return found


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _send(process: psutil.Process, number: signal.Signals) -> None:
    """Send a signal; psutil makes sure that the process is still the one that was found."""
    try:
        if _is_alive(process):
            process.send_signal(number)
    except psutil.Error:
        pass
