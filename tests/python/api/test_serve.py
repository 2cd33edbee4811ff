"""The command: it serves until it is stopped, and a mistake is answered in a line."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from scripts import cli
from scripts.api.server import listen
from tests.python.api import serving_files
from tests.python.dbt_project import ROOT
from tests.python.tickit import TICKIT


@pytest.fixture
def warehouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a serving file where one of the default target is looked for."""
    file = tmp_path / "tickit.duckdb"
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(file))
    for name in ("DBT_TARGET", "TICKIT_GLUE_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    serving_files.make(tmp_path / "tickit.serving.duckdb", rows=20)
    return file


def test_it_serves_until_it_is_stopped(warehouse: Path) -> None:
    command = [*TICKIT, "serve", "--port", "0"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        said = server.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address, f"{said}{server.stderr.read() if server.poll() is not None and server.stderr else ''}"
        answer = httpx.get(f"{address.group()}/v1/venues?limit=1", timeout=60)
        assert answer.json()["data"][0]["venue_id"] == 1
    finally:
        os.kill(server.pid, signal.SIGTERM)
        _, errors = server.communicate(timeout=60)
    assert server.returncode in (0, -signal.SIGTERM)
    assert '"event":"request"' in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--host", "0.0.0.0"], "can be reached from other machines: give --keys"),  # noqa: S104
        (["--rate", "lots"], "lots is no rate: give requests and a time, such as 600/minute."),
        (["--redis", "http://x"], "TICKIT_REDIS is no address of Redis"),
        (["--keys", "/none/keys.json"], "there is no file of keys at /none/keys.json"),
        (["--issuer", "https://id.example"], "--issuer needs --audience and --jwks-url too."),
        (["--athena", "primary"], "name its database in TICKIT_GLUE_DATABASE."),
        (["--target", "nowhere"], "target nowhere is not in profiles/profiles.yml"),
    ],
)
def test_a_mistake_is_answered_in_a_line(
    warehouse: Path, capsys: pytest.CaptureFixture[str], options: list[str], says: str
) -> None:
    assert cli.main(["serve", "--port", "0", *options]) in (1, 2)
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_answers_do_not_wait_for_each_other() -> None:
    """Without TCP_NODELAY each small answer of a connection takes 40 ms."""

    async def is_at_once() -> bool:
        found: list[bool] = []

        def connected(_: object, writer: asyncio.StreamWriter) -> None:
            found.append(bool(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            writer.close()

        with listen("127.0.0.1", 0) as listening:
            async with await asyncio.start_server(connected, sock=listening):
                reader, writer = await asyncio.open_connection(*listening.getsockname())
                await reader.read()
                writer.close()
        return found == [True]

    assert asyncio.run(is_at_once())


def test_who_comes_before_the_server_is_ready_is_not_refused() -> None:
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname(), timeout=10):
        pass


def test_a_port_in_use_is_named(warehouse: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert cli.main(["serve", "--port", str(other.getsockname()[1])]) == 1
    assert re.search(
        r"cannot listen on 127\.0\.0\.1, port \d+: Address already in use; choose others", capsys.readouterr().err
    )


def test_without_a_warehouse_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(tmp_path / "none.duckdb"))
    assert cli.main(["serve"]) == 1
    assert "build it with `make run`" in capsys.readouterr().err
