"""Tokens of an identity provider, whose keys a server on this machine publishes."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from scripts.api.auth import Authentication, Tokens
from tests.python.api.server import Client, gateway

ISSUER, AUDIENCE = "https://id.example", "tickit"


class Provider:
    """Publishes keys; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.keys: list[dict[str, Any]] = []
        provider = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps({"keys": provider.keys}).encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/jwks"

    def new_key(self, name: str) -> ec.EllipticCurvePrivateKey:
        key = ec.generate_private_key(ec.SECP256R1())
        self.keys.append({**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "alg": "ES256"})
        return key


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.server.shutdown()


def token(key: Any, name: str = "one", algorithm: str = "ES256", **claims: Any) -> dict[str, str]:
    """Return the headers of a caller with a token."""
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "person@example.com", "exp": time.time() + 600, "scope": "read"}
    said |= claims
    signed = jwt.encode({k: v for k, v in said.items() if v is not None}, key, algorithm, headers={"kid": name})
    return {"authorization": f"Bearer {signed}"}


@pytest.fixture
def client(provider: Provider, serving_file: Path) -> Client:
    return Client(gateway(serving_file, authentication=Authentication(tokens=Tokens(ISSUER, AUDIENCE, provider.url))))


def test_a_token_opens_what_its_scopes_say(client: Client, provider: Provider) -> None:
    key = provider.new_key("one")
    path = "/v1/non-buyers?fields=email"
    assert client.get("/v1/venues", headers=token(key)).status_code == 200
    assert client.get(path, headers=token(key)).status_code == 403
    assert client.get(path, headers=token(key, scope="read personal admin")).status_code == 200
    assert client.get(path, headers=token(key, scope=None, scp=["read", "personal"])).status_code == 200
    assert client.get("/v1/venues", headers=token(key, scope="other")).status_code == 403
    assert client.get("/v1/venues").status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_000_000_000},
        {"exp": None},
        {"aud": "another"},
        {"iss": "https://other.example"},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_for_us_is_refused(client: Client, provider: Provider, claims: dict[str, Any]) -> None:
    key = provider.new_key("one")
    answer = client.get("/v1/venues", headers=token(key, **claims))
    assert (answer.status_code, answer.json()["detail"]) == (401, "the token is not valid here, or no longer.")


def test_a_token_that_somebody_else_signed_is_refused(client: Client, provider: Provider) -> None:
    provider.new_key("one")
    other = ec.generate_private_key(ec.SECP256R1())
    assert client.get("/v1/venues", headers=token(other)).status_code == 401
    assert client.get("/v1/venues", headers=token("x" * 32, algorithm="HS256")).status_code == 401
    assert client.get("/v1/venues", headers=token(None, algorithm="none")).status_code == 401
    assert client.get("/v1/venues", headers={"authorization": "Bearer a.b.c"}).status_code == 401


def test_a_new_key_of_the_provider_is_found_and_made_up_ones_do_not_make_us_ask(
    client: Client, provider: Provider
) -> None:
    first = provider.new_key("one")
    assert client.get("/v1/venues", headers=token(first)).status_code == 200
    second = provider.new_key("two")
    assert client.get("/v1/venues", headers=token(second, "two")).status_code == 200
    asked = provider.asked
    for number in range(10):
        assert client.get("/v1/venues", headers=token(first, f"made up {number}")).status_code == 401
    assert provider.asked == asked


def test_a_provider_that_does_not_answer_is_named(client: Client, provider: Provider) -> None:
    key = provider.new_key("one")
    provider.server.shutdown()
    provider.server.server_close()
    answer = client.get("/v1/venues", headers=token(key))
    assert (answer.status_code, answer.json()["detail"]) == (503, "the identity provider does not answer: try again.")


def test_the_log_names_no_person(
    client: Client, provider: Provider, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("tickit.api"), "propagate", True)
    with caplog.at_level(logging.INFO, "tickit.api"):
        client.get("/v1/venues", headers=token(provider.new_key("one")))
    (line,) = [record.about for record in caplog.records if hasattr(record, "about")]
    assert line["caller"].startswith("token ")
    assert "example.com" not in str(line)
