"""The rehearsal's processes: they start, answer, and leave nothing behind, however they end."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from redshift_rehearsal import Rehearsal, RehearsalError, Settings, start
from redshift_rehearsal.log import read_log
from redshift_rehearsal.report import Work
from redshift_rehearsal.server import EXISTING, postgres


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let all that is temporary be in a folder of the test, open to the account that runs PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="rehearsal-test-", dir="/tmp"))  # noqa: S108
    folder.chmod(0o755)
    monkeypatch.setenv("TMPDIR", str(folder))
    yield folder
    folder.rmdir()  # which fails if anything is left in it


def _processes(running: Rehearsal) -> list[psutil.Process]:
    parent = psutil.Process(running.process.pid)
    return [parent, *parent.children(recursive=True)]


def _all_end(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=15)[1]


def test_nothing_is_left_behind(temporary: Path, tmp_path: Path) -> None:
    with start(log=tmp_path / "log") as running:
        processes = _processes(running)
        assert any("postgres" in process.name() for process in processes)
        assert list(temporary.iterdir())
    assert _all_end(processes)
    assert not list(temporary.iterdir())


def test_nothing_is_left_after_sigterm(temporary: Path, tmp_path: Path) -> None:
    with start(log=tmp_path / "log") as running:
        processes = _processes(running)
        running.process.terminate()
        assert _all_end(processes)


# A program that a shell starts in the background ignores Ctrl-C, and so do those that it starts.
_STARTER = """
import signal, sys, time
from pathlib import Path
from redshift_rehearsal import start
signal.signal(signal.SIGINT, signal.default_int_handler)
with start(log=Path(sys.argv[1]) / "log") as running:
    print(running.process.pid, flush=True)
    time.sleep(300)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_nothing_is_left_when_the_starter_is_gone(temporary: Path, tmp_path: Path, how: signal.Signals) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    server = psutil.Process(int(starter.stdout.readline()))
    processes = [server, *server.children(recursive=True)]
    assert len(processes) > 1
    starter.send_signal(how)
    # It gives the server 20 seconds before it stops it.
    starter.wait(60)
    starter.stdout.close()
    assert _all_end(processes)


def test_it_stops_in_silence_while_clients_connect(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    is_over, connections = threading.Event(), []

    def connect() -> None:
        while not is_over.is_set():
            try:
                connections.append(psycopg2.connect(**place))
            except psycopg2.OperationalError:
                time.sleep(0.001)

    with start(log=tmp_path / "log") as running:
        place = {
            "host": running.host, "port": running.port, "dbname": running.database, "user": running.user,
            "password": running.password, "sslmode": "disable", "connect_timeout": 5,
        }  # fmt: skip
        clients = [threading.Thread(target=connect) for _ in range(3)]
        for client in clients:
            client.start()
        while len(connections) < 10:
            time.sleep(0.01)
    is_over.set()
    for client in clients:
        client.join()
    assert capfd.readouterr().err == ""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not stop a child with its parent")
def test_postgres_ends_with_a_killed_warehouse(tmp_path: Path) -> None:
    with start(log=tmp_path / "log") as running:
        processes = _processes(running)
        folders = {Path(process.cwd()) for process in processes[1:] if "postgres" in process.name()}
        running.process.kill()
        assert _all_end(processes)
    for folder in folders:
        for place in (folder, folder.parent):
            if place.name.startswith("redshift-rehearsal-"):
                subprocess.run(["rm", "-rf", str(place)], check=True)


def test_an_existing_server_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with postgres(Settings()) as server:
        monkeypatch.setenv(EXISTING, f"{server.host}:{server.port}/{server.user}")
        monkeypatch.setenv("PGPASSWORD", server.password)
        with postgres(Settings()) as existing:
            assert (existing.port, existing.password) == (server.port, server.password)
            connection = existing.connect()
            connection.close()
        server.connect().close()  # it is not ours to stop


@pytest.mark.parametrize(
    ("address", "message"), [("nowhere", "is no address"), ("127.0.0.1:1/me", "no PostgreSQL answers")]
)
def test_a_wrong_address_is_an_error(monkeypatch: pytest.MonkeyPatch, address: str, message: str) -> None:
    monkeypatch.setenv(EXISTING, address)
    with pytest.raises(RehearsalError, match=message), postgres(Settings()):
        pass


def test_a_taken_port_is_an_error(rehearsal: Rehearsal) -> None:
    with (
        pytest.raises(RehearsalError, match="cannot listen on port"),
        start(Settings(port=rehearsal.port)),
    ):
        pass


def test_it_poses_as_redshift_and_no_superuser(rehearsal: Rehearsal) -> None:
    with rehearsal.connect() as connection:
        assert str(connection._server_version) == "8.0.2"
    assert rehearsal.run("select usesuper from pg_user where usename = current_user") == [(False,)]


def test_every_statement_is_logged_with_its_cost(rehearsal: Rehearsal) -> None:
    marker = f"marker {time.time_ns()}"
    rehearsal.run(f"select nvl(null, '{marker}')")
    comment = '/* {"app": "dbt", "node_id": "model.project.name"} */'
    rehearsal.error(f"{comment} select distinct on (a) a from (select '{marker}' as a) as x")
    statements, failures, _ = read_log(rehearsal.log)
    asked, refused = (statement for statement in statements if marker in statement.sql)
    assert "coalesce" in asked.sent
    assert 0 < asked.milliseconds < 1000
    assert refused.node == "model.project.name"
    (failure,) = (failure for failure in failures if failure.number == refused.number)
    assert failure.documentation.startswith("https://docs.aws.amazon.com/redshift/latest/dg/")


def test_statements_wait_as_long_as_the_settings_say() -> None:
    with start(Settings(latency=50, commit_latency=400)) as slow, slow.connect(autocommit=False) as connection:
        cursor = connection.cursor()
        seconds = []
        for sql in ("select 1", "commit", "select 2"):
            started = time.monotonic()
            cursor.execute(sql)
            seconds.append(time.monotonic() - started)
        report = slow.report()
    # The driver begins the transaction of the first and the last by itself.
    assert seconds[0] > 0.1
    assert seconds[1] > 0.45
    assert "Each has waited 50 ms, as it was started with, each COMMIT 400 ms more." in report.summary
    work = report.work()
    assert (work.commits, work.comments) == (1, 0)
    assert report.work(until=report.statements[0].time) == type(work)()


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("select 1", ""),
        ("/* who asks */\n-- and why\n COMMIT;", "commits"),
        ("end transaction", "commits"),
        ("rollback", "rollbacks"),
        ("comment on column t.c is 'commit'", "comments"),
        ("select * from svv_table_info", "lookups"),
        ("with t as (select 1) select * from information_schema.tables", "lookups"),
        ("select pg_backend_pid()", "lookups"),
        ("create table t as select * from pg_class", ""),
        ("select my_pg_name from t", ""),
        ("select commit from t", ""),
    ],
)
def test_statements_are_counted_by_kind(sql: str, kind: str) -> None:
    assert Work.of([sql]) == Work(1, **({kind: 1} if kind else {}))


def test_large_results_pass_whole(rehearsal: Rehearsal) -> None:
    rehearsal.run("create schema if not exists large")
    rehearsal.run("drop table if exists large.t")
    rehearsal.run("create table large.t as select 'some text of forty characters or so ....' as a, 1 as b")
    for _ in range(15):
        rehearsal.run("insert into large.t select a, b + 1 from large.t")
    rows = rehearsal.run("select * from large.t")
    assert len(rows) == 2**15
    assert {row[0] for row in rows} == {"some text of forty characters or so ...."}


def test_parameters_are_bound(rehearsal: Rehearsal) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute("select cast(%s as varchar(9)) || nvl(%s, 'x')", ("it's", None))
        assert cursor.fetchall() == (["it'sx"],)


def test_as_root_the_server_runs_as_another(rehearsal: Rehearsal) -> None:
    owners = set()
    for process in psutil.Process(os.getpid()).children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # the server of a connection that has just been closed
            if process.name() == "postgres":
                owners.add(process.username())
    assert owners
    assert "root" not in owners
