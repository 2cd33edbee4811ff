"""The benchmark's instruments, each on something whose cost is known."""

import sys
from pathlib import Path

import pytest

from benchmarks.measure import Measured, measure
from benchmarks.watch import files_read

MB = 1_000_000


def run_python(code: str, tmp_path: Path) -> Measured:
    return measure([sys.executable, "-c", code], tmp_path / "log", cwd=tmp_path)


def in_a_child(code: str) -> str:
    return f"import subprocess, sys; subprocess.run([sys.executable, '-c', {code!r}], check=True)"


def test_time_and_processor_time_are_told_apart(tmp_path: Path) -> None:
    asleep = run_python("import time; time.sleep(1)", tmp_path)
    assert 1 <= asleep.seconds < 10
    assert asleep.cpu_seconds < 0.9
    busy = run_python(in_a_child("import time\nwhile time.process_time() < 1: pass"), tmp_path)
    assert busy.cpu_seconds >= 1


def test_the_peak_is_that_of_all_processes_at_one_time(tmp_path: Path) -> None:
    hold = "import time; kept = b'x' * 200_000_000; time.sleep(0.5)"
    assert 200 * MB <= run_python(in_a_child(hold), tmp_path).peak_bytes < 400 * MB
    parent = f"kept = b'x' * 100_000_000; {in_a_child(hold)}"
    assert run_python(parent, tmp_path).peak_bytes >= 300 * MB


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="no /proc/<pid>/io here")
def test_bytes_read_are_those_of_all_processes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 50 * MB)
    idle = run_python(in_a_child("pass"), tmp_path).read_bytes
    reading = run_python(in_a_child("open('file', 'rb').read()"), tmp_path).read_bytes
    assert 50 * MB <= reading - idle < 52 * MB


def test_output_and_exit_code_are_kept(tmp_path: Path) -> None:
    done = run_python("print('said'); raise SystemExit(3)", tmp_path)
    assert done.exit_code == 3
    assert (tmp_path / "log").read_text() == "said\n"


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
def test_the_files_that_are_read_are_seen(tmp_path: Path) -> None:
    for name in ("read", "listed", "opened"):
        (tmp_path / name).write_text("content")
    with files_read([tmp_path]) as read:
        run = in_a_child("import os; open('read').read(); os.stat('listed'); open('opened').close(); os.listdir('.')")
        # The log goes elsewhere: writing it is no reading.
        measure([sys.executable, "-c", run], tmp_path.parent / "log", cwd=tmp_path)
    assert read == {tmp_path / "read"}
