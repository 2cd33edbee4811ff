"""Run a command and measure it with all processes that it starts: time, processor time, peak memory, bytes read."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

SAMPLES_PER_SECOND = 20


@dataclass(frozen=True)
class Measured:
    """What one run of a command cost.

    ``seconds``       from start to end, on the wall
    ``cpu_seconds``   of all processes, user and system
    ``peak_bytes``    the most resident memory (RSS) that all its processes held at one time, added up: pages that two
                      of them share count twice. Sampled, so a peak shorter than 50 ms may be missed.
    ``read_bytes``    what all processes asked the system to read (``rchar`` of /proc/<pid>/io), from the page cache or
                      the disk: the libraries of Python among it. None where there is no /proc.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    read_bytes: int | None
    exit_code: int


def measure(command: Sequence[str], log: Path, *, env: Mapping[str, str] | None = None, cwd: Path) -> Measured:
    """Run a command, its output going to ``log``, and return what it cost, whatever its exit code."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        sampler = _PeakSampler(process.pid)
        sampler.start()
        try:
            # WNOWAIT: the process has ended, but what it has read can still be asked for.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            seconds = time.perf_counter() - started
            read_bytes = _read_bytes(process.pid)
        except BaseException:
            _end(process)
            raise
        finally:
            sampler.stop()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, sampler.peak, read_bytes, process.returncode)


class _PeakSampler(threading.Thread):
    """Adds up the resident memory of a process and its descendants, again and again; ``peak`` is the most so far."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self._root = psutil.Process(pid)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            self.peak = max(self.peak, self._resident())
            self._ended.wait(1 / SAMPLES_PER_SECOND)

    def stop(self) -> None:
        self._ended.set()
        self.join()

    def _resident(self) -> int:
        total = 0
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.Error:
            return 0
        for process in family:
            try:
                total += process.memory_info().rss
            except psutil.Error:
                continue  # it has just ended
        return total


def _read_bytes(pid: int) -> int | None:
    """Return what an ended process has read; Linux adds what its own ended children have read."""
    try:
        lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    except OSError:
        return None
    return int(dict(line.split(": ") for line in lines)["rchar"])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that is no longer wanted, with its children."""
    try:
        family = psutil.Process(process.pid).children(recursive=True)
    except psutil.Error:
        family = []
    for child in family:
        child.kill()
    process.kill()
    process.wait()
