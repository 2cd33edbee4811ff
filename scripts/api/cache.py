"""Answers that are kept for a while: one interface, in this process or in Redis or Valkey.

A cache that does not answer is no reason to fail: it is passed over, and asked again a little later.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Protocol

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from scripts.core.errors import TickitError

MEMORY_BYTES = 64 * 2**20
# Slower than this a cache costs more than it saves.
_PATIENCE_SECONDS = 0.1
# After a fault Redis is left alone for so long.
_PAUSE_SECONDS = 2.0
_PREFIX = "tickit:"


class Cache(Protocol):
    """Values by key, each for some seconds. Neither method raises an error: a fault is a value that is not there."""

    name: str
    faults: int

    async def get(self, key: str) -> bytes | None:
        """Return the value of a key, or None."""
        ...

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep a value for some seconds."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class MemoryCache:
    """Values in this process; of too many, those that nobody asked for longest are dropped."""

    name = "memory"

    def __init__(self, most_bytes: int = MEMORY_BYTES, clock: Callable[[], float] = monotonic) -> None:
        self.faults = 0
        self._most_bytes = most_bytes
        self._bytes = 0
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        """Return the value of a key, or None."""
        if not (found := self._kept.get(key)):
            return None
        until, value = found
        if self._clock() >= until:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return value

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep a value, if it is not larger than all that may be kept."""
        if key in self._kept:
            self._drop(key)
        if len(value) > self._most_bytes:
            return
        self._kept[key] = (self._clock() + seconds, value)
        self._bytes += len(value)
        while self._bytes > self._most_bytes:
            self._drop(next(iter(self._kept)))

    async def close(self) -> None:
        """Drop all."""
        self._kept.clear()
        self._bytes = 0

    def _drop(self, key: str) -> None:
        self._bytes -= len(self._kept.pop(key)[1])


class RedisCache:
    """Values in Redis or Valkey, shared by all processes that use it; the server drops what is too much."""

    name = "redis"

    def __init__(self, url: str, patience: float = _PATIENCE_SECONDS, pause: float = _PAUSE_SECONDS) -> None:
        self.faults = 0
        self._patience = patience
        self._pause = pause
        self._again_at = 0.0
        try:
            self._redis: Redis = Redis.from_url(
                url,
                socket_timeout=patience,
                socket_connect_timeout=patience,
                retry=Retry(NoBackoff(), 0),
                max_connections=64,
            )
        except ValueError as error:
            # Not the error's own words: they may quote a password.
            raise TickitError(
                "TICKIT_REDIS is no address of Redis: give redis://host:6379, or rediss:// with TLS."
            ) from error

    async def get(self, key: str) -> bytes | None:
        """Return the value of a key, or None."""
        found = await self._ask(lambda: self._redis.get(_PREFIX + key))
        return found if isinstance(found, bytes) else None

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        """Keep a value."""
        await self._ask(lambda: self._redis.set(_PREFIX + key, value, ex=seconds))

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def _ask(self, command: Callable[[], Awaitable[object]]) -> object:
        if monotonic() < self._again_at:
            return None
        try:
            async with asyncio.timeout(self._patience):
                return await command()
        except (RedisError, OSError, TimeoutError):
            self.faults += 1
            self._again_at = monotonic() + self._pause
            return None


class SingleFlight:
    """Work that is asked for while it is done is not begun again: all who ask get the one result."""

    def __init__(self) -> None:
        self._flying: dict[str, asyncio.Task[bytes]] = {}

    async def do(self, key: str, work: Callable[[], Awaitable[bytes]]) -> tuple[bytes, bool]:
        """Return the result of the work, and whether another's was taken."""
        if flying := self._flying.get(key):
            return await asyncio.shield(flying), True
        task = asyncio.ensure_future(work())
        self._flying[key] = task
        task.add_done_callback(lambda _: self._flying.pop(key, None))
        # Who asked first may leave, and the others still wait.
        return await asyncio.shield(task), False


def connect(url: str) -> Cache:
    """Return the cache at an address of Redis, or one in this process if there is none."""
    return RedisCache(url) if url else MemoryCache()
