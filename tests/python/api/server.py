"""A server in this process, on a socket: what a client meets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from scripts.api.auth import Authentication
from scripts.api.backends import Backend
from scripts.api.backends.duckdb_file import DuckDBBackend
from scripts.api.cache import Cache, MemoryCache
from scripts.api.gateway import Gateway
from scripts.api.server import listen


@contextmanager
def running(app: Any) -> Iterator[str]:
    """Serve an application; yield its address."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(
        uvicorn.Config(app, http="httptools", ws="none", lifespan="on", log_level="error", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        for _ in range(200):
            if server.started:
                break
            threading.Event().wait(0.02)
        yield address
    finally:
        server.should_exit = True
        thread.join(10)


class Client:
    """Asks a gateway in this process, without a socket."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Send a GET request."""
        return self.request("GET", path, **more)

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send a request."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.gateway)
            async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())


def gateway(
    file: Path | Backend, *, authentication: Authentication | None = None, cache: Cache | None = None, **more: Any
) -> Gateway:
    """Return a gateway on a serving file, or another backend."""
    backend = DuckDBBackend(file) if isinstance(file, Path) else file
    made = Gateway(backend, authentication or Authentication(), cache or MemoryCache(), **more)
    made.open()
    return made
