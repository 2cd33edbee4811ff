"""Keys and their scopes; personal columns are shown with the scope for them, and never cached."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from scripts.api.auth import Authentication, Caller, Keys, make_key
from scripts.api.cache import MemoryCache
from scripts.core.errors import TickitError, UsageError
from tests.python.api.server import Client, gateway


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def _asking(serving_file: Path, keys: Path) -> Client:
    return Client(gateway(serving_file, authentication=Authentication(Keys(keys))))


def test_a_key_opens_what_its_scopes_say(serving_file: Path, keys: Path) -> None:
    reader = {"x-api-key": make_key(keys, "dashboard", ["read"])}
    campaign = {"authorization": f"Bearer {make_key(keys, 'campaign', ['read', 'personal'])}"}
    nothing = {"x-api-key": make_key(keys, "old", [])}
    client = _asking(serving_file, keys)
    without = client.get("/v1/non-buyers")
    assert (without.status_code, without.headers["www-authenticate"]) == (401, 'Bearer realm="tickit"')
    assert client.get("/v1/venues", headers={"x-api-key": "tickit_x"}).status_code == 401
    assert client.get("/v1/venues", headers=nothing).status_code == 403
    assert "email" not in client.get("/v1/non-buyers", headers=campaign).json()["data"][0]
    path = "/v1/non-buyers?fields=user_id,email&limit=1"
    shown = client.get(path, headers=campaign)
    assert shown.json()["data"] == [{"user_id": 1, "email": "person1@example.com"}]
    assert shown.headers["cache-control"] == "no-store"
    refused = client.get(path, headers=reader)
    assert (refused.status_code, refused.json()["detail"]) == (
        403,
        "email is personal: that needs a key with the scope personal.",
    )
    assert client.get("/metrics").status_code == 401
    assert client.get("/health").status_code == client.get("/openapi.json").status_code == 200


class _Kept(MemoryCache):
    def __init__(self) -> None:
        super().__init__()
        self.values: list[bytes] = []

    async def set(self, key: str, value: bytes, seconds: int) -> None:
        self.values.append(value)
        await super().set(key, value, seconds)


def test_nothing_personal_is_cached(serving_file: Path, keys: Path) -> None:
    key = {"x-api-key": make_key(keys, "campaign", ["read", "personal"])}
    kept = _Kept()
    client = Client(gateway(serving_file, authentication=Authentication(Keys(keys)), cache=kept))
    client.get("/v1/non-buyers?fields=email&limit=1", headers=key)
    client.get("/v1/non-buyers/1?fields=email", headers=key)
    assert kept.values == []
    client.get("/v1/non-buyers?limit=1", headers=key)
    assert len(kept.values) == 1
    assert b"@" not in kept.values[0]


def test_callers_with_and_without_the_scope_never_share_an_answer(serving_file: Path, keys: Path) -> None:
    import httpx

    reader = {"x-api-key": make_key(keys, "dashboard", ["read"])}
    campaign = {"x-api-key": make_key(keys, "campaign", ["read", "personal"])}
    own = gateway(serving_file, authentication=Authentication(Keys(keys)))

    async def ask() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(own), base_url="http://api") as client:
            both = [client.get("/v1/non-buyers?fields=email", headers=headers) for headers in (campaign, reader) * 10]
            return [answer.status_code for answer in await asyncio.gather(*both)]

    assert asyncio.run(ask()) == [200, 403] * 10


def test_guessing_keys_is_slowed_down(serving_file: Path, keys: Path) -> None:
    good = {"x-api-key": make_key(keys, "dashboard", ["read"])}
    client = _asking(serving_file, keys)
    assert [client.get("/v1/venues", headers={"x-api-key": f"tickit_{i}"}).status_code for i in range(31)] == [
        *[401] * 30,
        429,
    ]
    assert client.get("/v1/venues", headers=good).status_code == 429


def test_the_file_keeps_hashes_and_a_removed_key_is_refused(keys: Path) -> None:
    key = make_key(keys, "dashboard", ["read"])
    assert key not in keys.read_text()
    assert keys.stat().st_mode & 0o077 == 0
    known = Keys(keys)
    assert known.caller(key)
    keys.write_text(json.dumps({"keys": []}))
    known.refresh()
    assert known.caller(key) is None


def test_keys_can_be_given_as_text(keys: Path) -> None:
    key = make_key(keys, "dashboard", ["read"])
    known = Keys(text=keys.read_text())
    keys.unlink()
    known.refresh()
    assert known.caller(key) == Caller("dashboard", frozenset({"read"}))
    with pytest.raises(TickitError, match="TICKIT_API_KEYS_JSON is not a file of keys"):
        Keys(text="secret")


def test_mistakes_with_keys_are_answered_in_a_sentence(keys: Path) -> None:
    make_key(keys, "dashboard", ["read"])
    with pytest.raises(UsageError, match="has a key named dashboard: choose another name"):
        make_key(keys, "dashboard", ["read"])
    with pytest.raises(UsageError, match="no such scope: write; there is read and personal"):
        make_key(keys, "other", ["write"])
    with pytest.raises(TickitError, match="there is no file of keys at .*: make one with `tickit api-key`"):
        Keys(keys.with_name("none.json"))
    keys.write_text('{"keys": [{"name": "x", "sha256": "short", "scopes": []}]}')
    with pytest.raises(TickitError, match="is not a file of keys"):
        Keys(keys)
