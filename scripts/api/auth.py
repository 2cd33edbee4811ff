"""Who calls, and what that caller may see: API keys in a file of hashes, or tokens of an identity provider (OIDC)."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import jwt

from scripts.api.problems import ProblemError
from scripts.core.errors import TickitError, UsageError
from scripts.core.whole_file import write_whole

SCOPES = ("read", "personal")
"""read: everything that is not personal; personal: personal columns too."""

_PREFIX = "tickit_"
# Between two looks for a signing key that the provider did not have before.
_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True)
class Caller:
    """Who calls: a name for the log and the rate limit, and the scopes."""

    name: str
    scopes: frozenset[str]


ANYBODY = Caller("anybody", frozenset({"read"}))
"""The caller of a server without keys, which answers on its own machine only."""


def make_key(file: Path, name: str, scopes: list[str]) -> str:
    """Add a key to a file of keys, whose hash alone is kept there; return the key.

    Raises:
        UsageError: there is a key of this name, or no such scope.
        TickitError: the file is not one of keys.

    """
    if unknown := sorted(set(scopes) - set(SCOPES)):
        raise UsageError(f"no such scope: {', '.join(unknown)}; there is {' and '.join(SCOPES)}.")
    keys = _read(file.read_text(encoding="utf-8", errors="replace"), str(file)) if file.exists() else []
    if any(key["name"] == name for key in keys):
        raise UsageError(f"{file} has a key named {name}: choose another name, or remove its line first.")
    key = _PREFIX + secrets.token_urlsafe(32)
    keys.append({"name": name, "sha256": _hash(key), "scopes": sorted(set(scopes))})
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, (json.dumps({"keys": keys}, indent=2) + "\n").encode())
    file.chmod(0o600)
    return key


class Keys:
    """The keys of a file, which is read again when it has changed.

    Args:
        file: the file; None if its text is given.
        text: what such a file holds, as a container gets it from a store of secrets. It stays as it is.

    """

    def __init__(self, file: Path | None = None, text: str = "") -> None:
        self._file = file
        self._seen = 0
        self._callers: dict[str, Caller] = {} if file else _callers(text, "TICKIT_API_KEYS_JSON")
        self.refresh()

    def refresh(self) -> None:
        """Read the file if it has changed; raise TickitError if it is missing or not one of keys."""
        if not self._file:
            return
        try:
            changed = self._file.stat().st_mtime_ns
        except OSError as error:
            raise TickitError(f"there is no file of keys at {self._file}: make one with `tickit api-key`.") from error
        if changed != self._seen:
            self._callers = _callers(self._file.read_text(encoding="utf-8", errors="replace"), str(self._file))
            self._seen = changed

    def caller(self, key: str) -> Caller | None:
        """Return whose key it is. Keys are random, so that the time of a look-up by hash tells nothing of them."""
        return self._callers.get(_hash(key))


class Tokens:
    """Tokens of an identity provider, checked with the keys that it publishes (JWKS).

    Args:
        issuer: the provider, as tokens name it.
        audience: this API, as tokens name it.
        jwks_url: where the provider publishes its keys.

    """

    def __init__(self, issuer: str, audience: str, jwks_url: str) -> None:
        self._issuer = issuer
        self._audience = audience
        self._keys = jwt.PyJWKClient(jwks_url, lifespan=600, timeout=5)
        self._not_before = 0.0

    def caller(self, token: str) -> Caller:
        """Return who holds a token; asks the provider for keys that are not known yet.

        Raises:
            ProblemError: the token is not valid (401), or the provider does not answer (503).

        """
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(token),
                algorithms=["RS256", "PS256", "ES256", "EdDSA"],
                audience=self._audience,
                issuer=self._issuer,
                options={"require": ["exp", "iss", "aud", "sub"]},
                leeway=30,
            )
        except jwt.PyJWKClientConnectionError as error:
            raise ProblemError(503, "the identity provider does not answer: try again.") from error
        except (jwt.PyJWTError, ValueError) as error:
            raise refused("the token is not valid here, or no longer.") from error
        given = claims.get("scope", claims.get("scp", ""))
        scopes = given.split() if isinstance(given, str) else [each for each in given if isinstance(each, str)]
        # The subject may be a person's address: the log has a hash of it.
        return Caller(f"token {_hash(str(claims['sub']))[:12]}", frozenset(scopes) & frozenset(SCOPES))

    def _key(self, token: str) -> Any:
        """Return the key that signed a token. Tokens with made-up keys do not make us ask the provider each time."""
        wanted = jwt.get_unverified_header(token).get("kid")
        known = {key.key_id: key.key for key in self._keys.get_signing_keys()}
        if wanted not in known and monotonic() >= self._not_before:
            self._not_before = monotonic() + _PATIENCE_SECONDS
            known = {key.key_id: key.key for key in self._keys.get_signing_keys(refresh=True)}
        if wanted not in known:
            raise jwt.InvalidTokenError
        return known[wanted]


class Authentication:
    """Tells callers apart by the headers of their requests."""

    def __init__(self, keys: Keys | None = None, tokens: Tokens | None = None) -> None:
        self.keys = keys
        self.tokens = tokens

    @property
    def is_open(self) -> bool:
        """Whether no key is needed."""
        return not (self.keys or self.tokens)

    def by_key(self, headers: Mapping[bytes, bytes]) -> Caller | None:
        """Return who calls, if that is known without asking anybody; None if a token has to be looked at."""
        given = _given(headers)
        if self.keys and given and (caller := self.keys.caller(given)):
            return caller
        if given and self.tokens and given.count(".") == 2:
            return None
        if self.is_open:
            return ANYBODY
        raise refused(
            "this key is not known." if given else "give a key: `X-API-Key: ...` or `Authorization: Bearer ...`."
        )

    def by_token(self, headers: Mapping[bytes, bytes]) -> Caller:
        """Return who calls by the token of a request; may ask the identity provider."""
        assert self.tokens  # noqa: S101  # `by_key` returned None
        return self.tokens.caller(_given(headers))


def refused(detail: str) -> ProblemError:
    """Return the problem of a caller who is not known."""
    return ProblemError(401, detail, headers={"WWW-Authenticate": 'Bearer realm="tickit"'})


def _given(headers: Mapping[bytes, bytes]) -> str:
    kind, _, value = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if kind.lower() == "bearer" and value:
        return value.strip()
    return headers.get(b"x-api-key", b"").decode("latin-1").strip()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _callers(text: str, where: str) -> dict[str, Caller]:
    return {key["sha256"]: Caller(key["name"], frozenset(key["scopes"])) for key in _read(text, where)}


def _read(text: str, where: str) -> list[dict[str, Any]]:
    try:
        keys: list[dict[str, Any]] = json.loads(text)["keys"]
        if all(key["name"] and len(key["sha256"]) == 64 and set(key["scopes"]) <= set(SCOPES) for key in keys):
            return keys
    except (ValueError, KeyError, TypeError):
        pass
    raise TickitError(f"{where} is not a file of keys: move it away, and make one with `tickit api-key`.")
