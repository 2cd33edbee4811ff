"""`tickit serve`: the server and its settings."""

from __future__ import annotations

import ipaddress
import os
import socket
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import uvicorn
from limits import RateLimitItem, parse
from rich.console import Console
from starlette.middleware.cors import CORSMiddleware

from scripts.api.auth import Authentication, Keys, Tokens
from scripts.api.backends import Backend
from scripts.api.backends.duckdb_file import DuckDBBackend
from scripts.api.cache import connect
from scripts.api.gateway import Gateway
from scripts.api.monitoring import log_to_stderr
from scripts.core.errors import TickitError, UsageError
from scripts.core.profiles import duckdb_file, output
from scripts.serving.duckdb_file import serving_file

# Queries at the same time: more would share the same cores and each take longer.
_THREADS = 16
# Connections at the same time; above, a request is answered with 503 at once.
_CONNECTIONS = 1_000


@dataclass(frozen=True)
class Settings:
    """How the API is served.

    Args:
        target: an output of profiles.yml.
        host: the address to listen on.
        port: the port; 0 for a free one.
        keys: the file of keys; None for an API that is open on this machine, unless there is their text.
        keys_text: what such a file holds, where there is no place for one.
        issuer: the identity provider whose tokens are taken; empty for none.
        audience: this API's name in tokens.
        jwks_url: where the provider publishes its keys.
        rate: requests of a caller, such as ``600/minute``; empty for any number.
        redis: the address of Redis or Valkey; empty for a cache in this process.
        origins: the web sites whose pages may read the API.
        athena: a workgroup of Athena that asks the open tables; empty for the target's own engine.
        look: seconds between two looks for a newer version; None for what suits the engine.

    """

    target: str
    host: str = "127.0.0.1"
    port: int = 8000
    keys: Path | None = None
    keys_text: str = ""
    issuer: str = ""
    audience: str = ""
    jwks_url: str = ""
    rate: str = ""
    redis: str = ""
    origins: tuple[str, ...] = ()
    look: float | None = None
    athena: str = ""


def serve(settings: Settings, console: Console) -> None:
    """Serve until Ctrl-C or SIGTERM; raise TickitError if that cannot begin."""
    authentication = _authentication(settings)
    if authentication.is_open and not _is_this_machine(settings.host):
        raise UsageError(
            f"{settings.host} can be reached from other machines: give --keys (see `tickit api-key`) or --issuer."
        )
    gateway = Gateway(
        backend(settings.target, settings.athena),
        authentication,
        connect(settings.redis),
        _rate(settings.rate),
        settings.look,
    )
    listening = listen(settings.host, settings.port)
    host, port = listening.getsockname()[:2]
    version = gateway.open()
    console.print(f"Serving version {version} on http://{host}:{port}/v1/ until Ctrl-C.")
    console.print(f"  http://{host}:{port}/openapi.json describes it; /health, /ready and /metrics are for operations.")
    app = (
        CORSMiddleware(
            gateway,
            allow_origins=settings.origins,
            allow_methods=["GET", "HEAD"],
            allow_headers=["X-API-Key", "Authorization", "X-Request-ID"],
            expose_headers=["X-Data-Version", "X-Request-ID", "Link", "ETag"],
        )
        if settings.origins
        else gateway
    )
    log_to_stderr()
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )
    _Server(config).run(sockets=[listening])


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
        await super().startup(sockets)


def backend(target: str, workgroup: str = "") -> Backend:
    """Return what serves a target: its engine, or Athena if a workgroup of it is named."""
    if workgroup:
        return _athena(target, workgroup)
    if output(target)[1]["type"] == "redshift":
        # Imported now: it brings dbt, which takes a second.
        from scripts.api.backends.redshift import RedshiftBackend
        from scripts.core.redshift import connector

        return RedshiftBackend(connector(target))
    return DuckDBBackend(serving_file(duckdb_file(target)))


def _athena(target: str, workgroup: str) -> Backend:
    # Imported now: other targets need neither AWS nor dbt.
    from scripts.api.backends.athena import AthenaBackend
    from scripts.core.dbt import in_process
    from scripts.core.settings import target_folder
    from scripts.serving.catalogue import Catalogue

    database = os.environ.get("TICKIT_GLUE_DATABASE")
    if not database:
        raise UsageError("Athena reads the open tables that Glue lists: name its database in TICKIT_GLUE_DATABASE.")
    in_process(["parse"], target=target)
    # As `tickit publish` names it.
    return AthenaBackend(Catalogue.of_target_folder(target_folder()), f"{database}_tables", workgroup)


def _authentication(settings: Settings) -> Authentication:
    if settings.issuer and not (settings.audience and settings.jwks_url):
        raise UsageError("--issuer needs --audience and --jwks-url too.")
    tokens = Tokens(settings.issuer, settings.audience, settings.jwks_url) if settings.issuer else None
    has_keys = settings.keys or settings.keys_text
    return Authentication(Keys(settings.keys, settings.keys_text) if has_keys else None, tokens)


def _rate(text: str) -> RateLimitItem | None:
    try:
        return parse(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text} is no rate: give requests and a time, such as 600/minute.") from error


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens: who comes before the server is ready waits. Raise TickitError if it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With its protocol: only then asyncio sets TCP_NODELAY, without which small answers wait 40 ms for each other.
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        raise TickitError(f"cannot listen on {host}, port {port}: {error.strerror}; choose others.") from error
    return listening
