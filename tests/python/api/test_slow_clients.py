"""Clients that send half a request, or never read their answer, hold nobody else up."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.python.api.server import gateway, running


def test_slow_clients_hold_nobody_up(serving_file: Path) -> None:
    with running(gateway(serving_file)) as address, ExitStack() as open_sockets:
        port = int(address.rpartition(":")[2])

        def connected(request: bytes) -> socket.socket:
            slow = open_sockets.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.sendall(request)
            return slow

        half = [connected(b"GET /v1/venues HTTP/1.1\r\nHost: a") for _ in range(60)]
        # More than fits into the buffers between both.
        deaf = [connected(b"GET /v1/sales?limit=300 HTTP/1.1\r\nHost: a\r\n\r\n" * 40) for _ in range(10)]
        for limit in range(1, 20):
            assert httpx.get(f"{address}/v1/venues?limit={limit}", timeout=60).status_code == 200
        # One that goes on is answered.
        half[0].sendall(b"pi\r\n\r\n")
        half[0].settimeout(60)
        assert half[0].recv(100).startswith(b"HTTP/1.1 200")
        assert len(deaf) == 10


def test_what_is_no_http_is_refused(serving_file: Path) -> None:
    with running(gateway(serving_file)) as address:
        for nonsense in (b"\x16\x03\x01\x02\x00\x01\x00", b"GET " + b"x" * 300_000 + b" HTTP/1.1\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])), timeout=60) as client:
                client.sendall(nonsense)
                answer = client.recv(1_000)
                assert answer == b"" or answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 4"))
        assert httpx.get(f"{address}/health", timeout=60).status_code == 200
