"""What is true of every answer: version, ETag, compression, methods, request ids, the log, the numbers."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from limits import parse
from starlette.middleware.cors import CORSMiddleware

from scripts.api.backends.duckdb_file import DuckDBBackend
from scripts.api.monitoring import _Json
from tests.python.api.server import Client, gateway, running


def test_an_etag_saves_the_body(client: Client) -> None:
    first = client.get("/v1/venues?limit=50")
    etag = first.headers["etag"]
    again = client.get("/v1/venues?limit=50", headers={"if-none-match": f'"other", {etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get("/v1/venues?limit=49", headers={"if-none-match": etag}).status_code == 200


def test_who_takes_gzip_gets_it_and_others_the_same_bytes(serving_file: Path) -> None:
    with running(gateway(serving_file)) as address, httpx.Client(base_url=address) as http:
        plain = http.get("/v1/sales", headers={"accept-encoding": "identity"})
        with http.stream("GET", "/v1/sales", headers={"accept-encoding": "br, gzip;q=0.5"}) as compressed:
            raw = b"".join(compressed.iter_raw())
        refused = http.get("/v1/sales", headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in {**plain.headers, **refused.headers}
    assert compressed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content == refused.content
    assert len(raw) < len(plain.content) / 3
    assert compressed.headers["etag"] == plain.headers["etag"]


def _body_of_head(client: Client) -> bytes:
    """Return what is sent: httpx and uvicorn would drop it."""
    sent: list[bytes] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message.get("body", b""))

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request"}

    scope = {"type": "http", "method": "HEAD", "path": "/v1/venues", "query_string": b"", "headers": []}
    asyncio.run(client.gateway(scope, receive, send))
    return b"".join(sent)


def test_head_has_the_headers_alone_and_other_methods_are_refused(client: Client) -> None:
    head = client.request("HEAD", "/v1/venues")
    assert (head.status_code, _body_of_head(client)) == (200, b"")
    assert head.headers["etag"] == client.get("/v1/venues").headers["etag"]
    post = client.request("POST", "/v1/venues", content=b"x" * 100_000)
    assert (post.status_code, post.headers["allow"]) == (405, "GET, HEAD")


def test_a_request_keeps_its_id_if_it_is_one(client: Client) -> None:
    assert client.get("/health", headers={"x-request-id": "abc-123-def"}).headers["x-request-id"] == "abc-123-def"
    assert len(client.get("/health", headers={"x-request-id": "a\tb"}).headers["x-request-id"]) == 32


def test_the_log_has_no_values(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tickit.api")
    logger.propagate = True
    with caplog.at_level(logging.INFO, "tickit.api"):
        client.get("/v1/users/17?fields=city", headers={"x-api-key": "tickit_secret"})
        client.get("/v1/users?city=Springfield&cursor=Springfield&limit=Springfield")
    lines = [json.loads(_Json().format(record)) for record in caplog.records if record.name == "tickit.api"]
    assert [(line["route"], line["status"]) for line in lines] == [("/v1/users/{user_id}", 200), ("/v1/users", 422)]
    assert lines[0].keys() >= {"time", "level", "request_id", "milliseconds", "cache", "caller", "version"}
    assert not [line for line in lines if {"17", "tickit_secret"} & set(line.values()) or "Springfield" in str(line)]


def test_prometheus_reads_requests_and_the_hit_ratio(serving_file: Path) -> None:
    own = Client(gateway(serving_file))
    for _ in range(4):
        own.get("/v1/venues?limit=3")
    own.get("/v1/nothing")
    page = own.get("/metrics").text
    assert 'tickit_requests_total{route="/v1/venues",status="200"} 4.0' in page
    assert 'tickit_requests_total{route="unmatched",status="404"} 1.0' in page
    assert "tickit_cache_hit_ratio 0.6" in page


def test_a_caller_has_so_many_requests_in_a_time(serving_file: Path) -> None:
    own = Client(gateway(serving_file, rate=parse("3/minute")))
    answers = [own.get("/v1/venues?limit=1") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert own.get("/health").status_code == 200


def test_a_fault_is_a_problem_that_quotes_nothing(
    serving_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    own = gateway(serving_file)

    def fail(*_: object) -> None:
        raise RuntimeError("the value Springfield")

    monkeypatch.setattr(own._version.snapshot, "rows", fail)  # type: ignore[union-attr]
    logging.getLogger("tickit.api").propagate = True
    with caplog.at_level(logging.INFO, "tickit.api"):
        answer = Client(own).get("/v1/venues")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    logged = [getattr(record, "about", {}) for record in caplog.records]
    assert "Springfield" not in f"{answer.text}{logged}"
    assert any(line.get("kind") == "RuntimeError" for line in logged)


def test_a_query_that_takes_too_long_is_stopped(serving_file: Path) -> None:
    snapshot = DuckDBBackend(serving_file, query_seconds=0.2).open()
    own = gateway(DuckDBBackend(serving_file, query_seconds=0.2))
    own._version.snapshot.rows = lambda *_: snapshot.rows(  # type: ignore[union-attr, method-assign]
        "select count(*) from range(100000) a, range(1000000) b where (a.range * b.range) % 7 = 3"
    )
    answer = Client(own).get("/v1/venues")
    assert (answer.status_code, answer.json()["title"]) == (504, "Gateway Timeout")


def test_pages_of_other_sites_read_it_only_if_they_are_named(serving_file: Path) -> None:
    own = gateway(serving_file)
    asked = {"origin": "https://site.example"}
    assert "access-control-allow-origin" not in Client(own).get("/v1/venues", headers=asked).headers
    named = Client(CORSMiddleware(own, allow_origins=["https://site.example"]))  # type: ignore[arg-type]
    answer = named.get("/v1/venues", headers=asked)
    assert answer.headers["access-control-allow-origin"] == "https://site.example"
    assert "access-control-allow-origin" not in named.get("/v1/venues", headers={"origin": "https://b.example"}).headers
