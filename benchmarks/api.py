"""What the REST API answers in which time: with and without its cache, for one client and for many.

The server runs in a process of its own on a target's serving file, the clients in this one: both share the machine.
Uncached, each question is a new one; cached, a few questions come again and again.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from rich.console import Console

from scripts.api.server import listen
from scripts.core.errors import TickitError

ENDPOINTS = {
    "one sale": "/v1/sales/{number}?fields=sale_id,price_paid",
    "sales, filtered": "/v1/sales?price_paid_min={number}&category_name=Opera&limit=50",
    "sales, sorted": "/v1/sales?sort=-price_paid&quantity_sold_min=1&price_paid_max={number}&limit=50",
    "listings of an event": "/v1/listings?event_id={number}",
    "sales by month": "/v1/monthly-sales?revenue_min={number}",
    "revenue by month": "/v1/metrics/revenue?by=month&limit={limit}",
    "revenue by category and state": "/v1/metrics/revenue?by=category_name,venue_state_code&limit={limit}",
}
"""What is asked; a number makes each question a new one."""


@dataclass(frozen=True)
class Measured:
    """Answers of one kind: milliseconds, and answers a second."""

    endpoint: str
    is_cached: bool
    clients: int
    median: float
    p95: float
    p99: float
    per_second: float
    answers: int


@dataclass(frozen=True)
class Options:
    """What is measured: clients at a time, seconds of each measurement, seconds that each query waits in addition."""

    file: Path
    clients: tuple[int, ...] = (1, 32)
    seconds: float = 3.0
    latency: float = 0.0
    redis: str = ""


def measure(options: Options, console: Console) -> list[Measured]:
    """Measure every endpoint; raise TickitError if the server does not start, or a request fails."""
    found = []
    with _server(options) as port:
        numbers = count(1)
        for name, path in ENDPOINTS.items():
            for is_cached in (False, True):
                for clients in options.clients:
                    measured = asyncio.run(_load(name, path, is_cached, clients, options.seconds, port, numbers))
                    found.append(measured)
                    console.print(
                        f"  {name:<30} {'cached' if is_cached else 'uncached':<9} {clients:>3} clients  "
                        f"median {measured.median:8.1f} ms  p95 {measured.p95:8.1f} ms  {measured.per_second:7.0f}/s",
                        highlight=False,
                    )
    return found


def table(measurements: Sequence[Measured]) -> str:
    """Return the measurements as a table in Markdown, with how many times faster the cache is."""
    lines = [
        "| question | clients | uncached: median, p95, p99 | a second | cached: median, p95, p99 | a second | times |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    by_kind = {(each.endpoint, each.clients, each.is_cached): each for each in measurements}
    for endpoint, clients in dict.fromkeys((each.endpoint, each.clients) for each in measurements):
        slow, fast = by_kind[endpoint, clients, False], by_kind[endpoint, clients, True]
        cells = (
            *(endpoint, f"{clients}", _three(slow), f"{slow.per_second:,.0f}"),
            *(_three(fast), f"{fast.per_second:,.0f}", f"{slow.median / fast.median:,.1f}"),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def write(measurements: Sequence[Measured], options: Options, folder: Path) -> Path:
    """Write the table and the raw numbers; return the table's file."""
    folder.mkdir(parents=True, exist_ok=True)
    about = {**asdict(options), "file": options.file.name, "redis": bool(options.redis)}
    raw = json.dumps({"options": about, "measured": [asdict(each) for each in measurements]}, indent=2)
    (folder / "api.json").write_text(raw + "\n", encoding="utf-8")
    (folder / "api.md").write_text(table(measurements), encoding="utf-8")
    return folder / "api.md"


def _three(each: Measured) -> str:
    return f"{each.median:,.1f}, {each.p95:,.1f}, {each.p99:,.1f} ms"


async def _load(
    name: str, path: str, is_cached: bool, clients: int, seconds: float, port: int, numbers: Iterator[int]
) -> Measured:
    """Ask for some seconds with so many clients at a time."""
    took: list[float] = []

    def question() -> str:
        # Cached: four questions. Uncached: a new one each time, which no row of the answer depends on much.
        number = next(numbers)
        number = number % 4 + 1 if is_cached else number
        return path.format(number=number, limit=1_000 - number % 999)

    async def client(until: float, at_least: int = 1) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        asked = 0
        while asked < at_least or time.perf_counter() < until:
            asked += 1
            started = time.perf_counter()
            writer.write(f"GET {question()} HTTP/1.1\r\nHost: api\r\nAccept-Encoding: gzip\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await reader.readexactly(length)
            took.append(time.perf_counter() - started)
            if not head.startswith(b"http/1.1 200"):
                raise TickitError(f"the benchmark's question {name} was not answered: {head.split(maxsplit=2)[1]!r}.")
        writer.close()

    # Nothing counts until each of the four questions has been asked.
    await client(time.perf_counter() + 0.2, at_least=4)
    took.clear()
    started = time.perf_counter()
    await asyncio.gather(*(client(started + seconds) for _ in range(clients)))
    spent = time.perf_counter() - started
    took.sort()

    def at(share: float) -> float:
        return 1_000 * took[min(len(took) - 1, int(share * len(took)))]

    return Measured(name, is_cached, clients, at(0.5), at(0.95), at(0.99), len(took) / spent, len(took))


@contextmanager
def _server(options: Options) -> Iterator[int]:
    """Run the server in a process of its own; yield its port."""
    with listen("127.0.0.1", 0) as listening:
        port: int = listening.getsockname()[1]
        server = multiprocessing.get_context("spawn").Process(target=_serve, args=(options, listening), daemon=True)
        server.start()
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.join(10)


def _wait_for(port: int, server: Any) -> None:
    for _ in range(1_200):
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/health", timeout=1):  # noqa: S310 - our own address
            return
        if not server.is_alive():
            break
        time.sleep(0.1)
    raise TickitError("the server did not start: try `tickit serve`, which says why.")


def _serve(options: Options, listening: socket.socket) -> None:
    import uvicorn

    from scripts.api.auth import Authentication
    from scripts.api.backends.duckdb_file import DuckDBBackend, DuckDBSnapshot
    from scripts.api.cache import connect
    from scripts.api.gateway import Gateway

    class Slow(DuckDBBackend):
        """Waits before each query, as one that goes to a lake's engine does."""

        def open(self) -> DuckDBSnapshot:
            snapshot = super().open()
            rows = snapshot.rows

            def slow(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
                time.sleep(options.latency)
                return rows(sql, values)

            snapshot.rows = slow  # type: ignore[method-assign]
            return snapshot

    backend = Slow(options.file) if options.latency else DuckDBBackend(options.file)
    gateway = Gateway(backend, Authentication(), connect(options.redis))
    gateway.open()
    config = uvicorn.Config(gateway, http="httptools", ws="none", lifespan="on", access_log=False, log_level="error")
    uvicorn.Server(config).run(sockets=[listening])
