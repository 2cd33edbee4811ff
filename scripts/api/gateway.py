"""In front of the application: versions, callers, limits, the cache, ETags, compression, the log.

Each request is answered from one snapshot, that of the newest version when it came; its version is in the header
`X-Data-Version` and in the key of the cache, so that publishing needs no invalidation.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import logging
import re
import traceback
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from time import perf_counter, time
from typing import Any
from urllib.parse import parse_qsl

import orjson
from fastapi import FastAPI
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from scripts.api import app as application
from scripts.api.app import PREFIX, STATE, Asked
from scripts.api.auth import Authentication, Caller
from scripts.api.backends import Backend, SlowQueryError, Snapshot, UnavailableError
from scripts.api.cache import Cache, SingleFlight
from scripts.api.metrics import Metrics
from scripts.api.monitoring import CONTENT_TYPE, Monitoring, log
from scripts.api.parameters import PERSONAL
from scripts.api.problems import MEDIA_TYPE, ProblemError
from scripts.core.errors import TickitError

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LONGEST_QUERY = 8_192
"""Bytes of a query string."""

_SMALL = 1_000  # bytes, below which compression saves nothing
_FAILED = RateLimitItemPerMinute(30)  # wrong keys of an address
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_PATHS_WITHOUT_KEY = ("/health", "/ready", "/openapi.json")


@dataclass
class _Answer:
    """An answer as the cache keeps it; a body that is not small is kept compressed."""

    status: int
    route: str
    headers: dict[str, str]
    body: bytes
    is_gzipped: bool = False

    def pack(self) -> bytes:
        head = [self.status, self.route, self.headers, self.is_gzipped]
        return orjson.dumps(head) + b"\n" + self.body

    @classmethod
    def unpack(cls, packed: bytes) -> _Answer:
        head, _, body = packed.partition(b"\n")
        status, route, headers, is_gzipped = orjson.loads(head)
        return cls(status, route, headers, body, is_gzipped)


class _Version:
    """A snapshot with the application of its catalogue, open as long as a request reads it."""

    def __init__(self, snapshot: Snapshot, app: FastAPI, fingerprint: str) -> None:
        self.snapshot = snapshot
        self.app = app
        self.fingerprint = fingerprint
        self._readers = 0
        self._is_old = False

    def __enter__(self) -> _Version:
        self._readers += 1
        return self

    def __exit__(self, *_: object) -> None:
        self._readers -= 1
        self._close_if_unused()

    def retire(self) -> None:
        """Close it once nobody reads it."""
        self._is_old = True
        self._close_if_unused()

    def _close_if_unused(self) -> None:
        if self._is_old and not self._readers:
            self._is_old = False
            self.snapshot.close()


class Gateway:
    """The ASGI application that is served.

    Args:
        backend: where the rows come from.
        authentication: who may call.
        cache: where answers are kept.
        rate: how many requests a caller may send in which time; None for any number.
        look_seconds: between two looks for a newer version; None for what the backend suggests.

    """

    def __init__(
        self,
        backend: Backend,
        authentication: Authentication,
        cache: Cache,
        rate: RateLimitItem | None = None,
        look_seconds: float | None = None,
    ) -> None:
        self._backend = backend
        self._authentication = authentication
        self._cache = cache
        self._rate = rate
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._look_seconds = look_seconds or backend.look_seconds
        self._flights = SingleFlight()
        self._monitoring = Monitoring()
        self._metrics: tuple[str, Metrics | None] = ("", None)
        self._version: _Version | None = None
        self._looking: asyncio.Task[None] | None = None

    def open(self) -> str:
        """Open the newest version; return its name. Raise TickitError if there is none, or it cannot be read."""
        self._version = self._opened(self._version)
        self._monitoring.opened()
        return self._version.snapshot.version

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                if self._version is None:
                    self.open()
                self._looking = asyncio.create_task(self._look())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._looking:
                    self._looking.cancel()
                await self._cache.close()
                if self._version:
                    self._version.retire()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _look(self) -> None:
        """Open newer versions, and read changed keys, as long as the server lives."""
        while True:
            await asyncio.sleep(self._look_seconds)
            try:
                if self._authentication.keys:
                    self._authentication.keys.refresh()
                if await asyncio.to_thread(self._backend.has_changed):
                    before = self._version
                    self._version = await asyncio.to_thread(self._opened, before)
                    self._monitoring.opened()
                    if before:
                        before.retire()
                    log("a newer version is served", version=self._version.snapshot.version)
            except TickitError as error:
                log("the version before is still served", logging.ERROR, reason=str(error))
            except Exception as error:  # the server lives on, on what it has
                log("the version before is still served", logging.ERROR, reason=type(error).__name__, at=_place(error))

    def _opened(self, before: _Version | None) -> _Version:
        """Open the newest version, with the application of the version before if its catalogue is the same."""
        snapshot = self._backend.open()
        fingerprint = snapshot.catalogue.fingerprint
        if before and before.fingerprint == fingerprint:
            return _Version(snapshot, before.app, fingerprint)
        manifest = snapshot.catalogue.semantic_manifest
        if manifest != self._metrics[0]:
            self._metrics = (manifest, Metrics(manifest, self._backend.engine) if manifest else None)
        return _Version(snapshot, application.build(snapshot.catalogue, self._metrics[1]), fingerprint)

    async def _answer(self, scope: MutableMapping[str, Any], send: Send) -> None:
        started = perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        request_id = given.decode() if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        said: dict[str, str] = {"x-request-id": request_id, "x-content-type-options": "nosniff"}
        cache, caller = "none", ""
        try:
            known = await self._admit(scope, headers)
            caller = known.name
            if self._version is None:
                raise ProblemError(503, "there is no published version yet: build it with `make run`.")
            with self._version as version:
                said["x-data-version"] = version.snapshot.version
                answer, cache = await self._asked(scope, headers, known, version, request_id)
        except ProblemError as problem:
            problem_headers = {"content-type": MEDIA_TYPE, **{k.lower(): v for k, v in problem.headers.items()}}
            answer = _Answer(problem.status, "refused", problem_headers, problem.body(request_id))
        status = await _send(answer, said, headers, scope["method"], send)
        seconds = perf_counter() - started
        self._monitoring.answered(answer.route, status, cache, seconds)
        log(
            "request",
            request_id=request_id,
            method=scope["method"],
            route=answer.route,
            status=status,
            cache=cache,
            caller=caller,
            version=said.get("x-data-version", ""),
            milliseconds=round(seconds * 1_000, 1),
        )

    async def _admit(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Caller:
        """Return who calls; raise ProblemError if the request is not to be answered."""
        if scope["method"] not in ("GET", "HEAD"):
            raise ProblemError(405, "this API is only read: use GET or HEAD.", headers={"Allow": "GET, HEAD"})
        if len(scope["query_string"]) > LONGEST_QUERY:
            raise ProblemError(414, f"the query is longer than {LONGEST_QUERY} bytes: ask for less at once.")
        if scope["path"] in _PATHS_WITHOUT_KEY:
            return Caller("", frozenset())
        caller = await self._identify(scope, headers)
        if "read" not in caller.scopes:
            raise ProblemError(403, "this key or token lacks the scope read.")
        if self._rate and not self._limiter.hit(self._rate, caller.name):
            raise self._too_many(self._rate, caller.name)
        return caller

    async def _identify(self, scope: Mapping[str, Any], headers: Mapping[bytes, bytes]) -> Caller:
        address = (scope.get("client") or ("",))[0]
        if not self._authentication.is_open and not self._limiter.test(_FAILED, address):
            raise self._too_many(_FAILED, address)
        try:
            if caller := self._authentication.by_key(headers):
                return caller
            return await asyncio.to_thread(self._authentication.by_token, headers)
        except ProblemError as problem:
            if problem.status == 401:
                self._limiter.hit(_FAILED, address)
            raise

    def _too_many(self, rate: RateLimitItem, who: str) -> ProblemError:
        seconds = max(1, round(self._limiter.get_window_stats(rate, who).reset_time - time()))
        return ProblemError(429, f"more than {rate}: come again.", headers={"Retry-After": str(seconds)})

    async def _asked(
        self,
        scope: MutableMapping[str, Any],
        headers: Mapping[bytes, bytes],
        caller: Caller,
        version: _Version,
        request_id: str,
    ) -> tuple[_Answer, str]:
        """Return the answer, and what the cache had to do with it."""
        path = scope["path"]
        if path in ("/health", "/ready"):
            about = orjson.dumps({"status": "ok", "version": version.snapshot.version, "cache": self._cache.name})
            return _Answer(200, path, {"content-type": "application/json"}, about), "none"
        if path == "/metrics":
            return _Answer(200, path, {"content-type": CONTENT_TYPE}, self._monitoring.page(self._cache.faults)), "none"
        if path == "/openapi.json":
            document = orjson.dumps(version.app.openapi())
            return _prepared(_Answer(200, path, {"content-type": "application/json"}, document)), "none"
        if not path.startswith(f"{PREFIX}/"):
            raise ProblemError(404, "there is no such address: /openapi.json lists them.")
        key = _key(version.snapshot.version, scope, headers, caller)
        if packed := await self._cache.get(key):
            return _Answer.unpack(packed), "hit"
        asked = Asked(version.snapshot, caller.scopes, request_id)

        async def make() -> bytes:
            answer = await _run(version.app, scope, asked)
            packed = answer.pack()
            if answer.status == 200 and asked.ttl and not asked.is_personal:
                await self._cache.set(key, packed, asked.ttl)
            return packed

        packed, is_shared = await self._flights.do(key, make)
        answer = _Answer.unpack(packed)
        if is_shared and answer.headers["content-type"] == MEDIA_TYPE:
            answer.body = orjson.dumps({**orjson.loads(answer.body), "request_id": request_id})
        return answer, "shared" if is_shared else "miss"


def _key(version: str, scope: Mapping[str, Any], headers: Mapping[bytes, bytes], caller: Caller) -> str:
    """Return the key of a request: the same for the same question in another order of its parameters."""
    parameters = sorted(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    accept = headers.get(b"accept", b"").decode("latin-1")
    told_apart = [version, PERSONAL in caller.scopes, scope["path"], parameters, accept]
    return hashlib.sha256(orjson.dumps(told_apart)).hexdigest()


async def _run(app: FastAPI, scope: MutableMapping[str, Any], asked: Asked) -> _Answer:
    """Let the application answer; what goes wrong in it becomes a problem document."""
    status, headers, body = 500, {}, b""

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, headers, body
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
        else:
            body += message.get("body", b"")

    inner = {**scope, "method": "GET", STATE: asked}
    try:
        await app(inner, receive, send)
    except (SlowQueryError, UnavailableError) as error:
        problem = application.unavailable(error)
        if isinstance(error, UnavailableError):
            log("the engine did not answer", logging.ERROR, request_id=asked.request_id, reason=str(error))
    except Exception as error:
        problem = ProblemError(500, "a fault of the service, which its log has under request_id.")
        log("fault", logging.ERROR, request_id=asked.request_id, kind=type(error).__name__, at=_place(error))
    else:
        headers.pop("content-length", None)
        if asked.is_personal:
            headers["cache-control"] = "no-store"
        return _prepared(_Answer(status, _route_of(inner), headers, body))
    route = _route_of(inner)
    return _Answer(
        problem.status, route, {"content-type": MEDIA_TYPE, **problem.headers}, problem.body(asked.request_id)
    )


def _route_of(scope: Mapping[str, Any]) -> str:
    return getattr(scope.get("route"), "path", "unmatched")


def _prepared(answer: _Answer) -> _Answer:
    """Give an answer its ETag, and compress it unless it is small."""
    if answer.status == 200:
        # Weak: the compressed answer and the plain one have the same.
        answer.headers["etag"] = f'W/"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
        answer.headers.setdefault("cache-control", "private, no-cache")
        answer.headers["vary"] = "Accept, Accept-Encoding, Authorization, X-API-Key"
        if len(answer.body) > _SMALL:
            answer.body, answer.is_gzipped = gzip.compress(answer.body, 5, mtime=0), True
    return answer


async def _send(
    answer: _Answer, said: Mapping[str, str], headers: Mapping[bytes, bytes], method: str, send: Send
) -> int:
    """Send an answer as this client reads it; return its status."""
    out = {**answer.headers, **said}
    status, body = answer.status, answer.body
    etag = out.get("etag", "")
    if status == 200 and etag and _matches(headers.get(b"if-none-match", b"").decode("latin-1"), etag):
        status, body = 304, b""
        out.pop("content-type", None)
    elif answer.is_gzipped:
        if _takes_gzip(headers.get(b"accept-encoding", b"").decode("latin-1").lower()):
            out["content-encoding"] = "gzip"
        else:
            body = gzip.decompress(body)
    if status != 304:
        out["content-length"] = str(len(body))
    start = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in out.items()]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
    return status


def _matches(if_none_match: str, etag: str) -> bool:
    asked = [each.strip() for each in if_none_match.split(",")]
    return "*" in asked or any(each.removeprefix("W/") == etag.removeprefix("W/") for each in asked if each)


def _takes_gzip(accept_encoding: str) -> bool:
    for part in accept_encoding.split(","):
        name, _, quality = (word.strip() for word in part.partition(";"))
        if name in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _place(error: BaseException) -> str:
    """Return where a fault is. Not its words, which may quote data."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"
