"""Serve the marts to programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import Target

app = typer.Typer()
PANEL = "Build and look"

_KEYS = Path("warehouse/api_keys.json")


@app.command(rich_help_panel=PANEL)
def serve(
    target: Target = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 for a free one.", min=0, max=65535)] = 8000,
    keys: Annotated[
        Path | None,
        typer.Option(
            help="The file of API keys that `tickit api-key` makes.",
            envvar="TICKIT_API_KEYS",
            show_default="no key is needed",
        ),
    ] = None,
    issuer: Annotated[
        str, typer.Option(help="An OIDC provider whose tokens are taken.", envvar="TICKIT_OIDC_ISSUER")
    ] = "",
    audience: Annotated[str, typer.Option(help="This API's name in such tokens.", envvar="TICKIT_OIDC_AUDIENCE")] = "",
    jwks_url: Annotated[
        str, typer.Option(help="Where the provider publishes its keys.", envvar="TICKIT_OIDC_JWKS_URL")
    ] = "",
    rate: Annotated[
        str, typer.Option(help="Requests of a caller; none for any number.", envvar="TICKIT_API_RATE")
    ] = "6000/minute",
    redis: Annotated[
        str,
        typer.Option(
            help="Where answers are cached: redis://host:6379.", envvar="TICKIT_REDIS", show_default="in this process"
        ),
    ] = "",
    origin: Annotated[
        list[str] | None,
        typer.Option(help="A web site whose pages may read the API (CORS).", show_default="none", metavar="URL"),
    ] = None,
    look: Annotated[
        float | None,
        typer.Option(
            help="Seconds between two looks for a newer version.",
            envvar="TICKIT_API_LOOK",
            min=0.05,
            show_default="0.25 on DuckDB, else 60",
        ),
    ] = None,
    athena: Annotated[
        str,
        typer.Option(
            help="A workgroup of Athena that asks the open tables of a lake in S3 instead.",
            envvar="TICKIT_ATHENA_WORKGROUP",
            show_default="the target's own engine",
        ),
    ] = "",
) -> None:
    """Serve the public marts and the metrics as a REST API, read-only, while builds go on. From DuckDB or Redshift.

    tickit serve, then: curl 'http://127.0.0.1:8000/v1/sales?category_name=Opera&sort=-price_paid&limit=3'
    """
    from rich.console import Console

    from scripts.api.server import Settings, serve
    from scripts.build.serving import publish_if_none
    from scripts.core.profiles import default_target

    console = Console(soft_wrap=True, highlight=False)
    target = target or default_target()
    if not athena:
        publish_if_none(target, console)
    rate = "" if rate == "none" else rate
    origins = tuple(origin or ())
    # No option: a command line can be read by others.
    keys_text = os.environ.get("TICKIT_API_KEYS_JSON", "")
    serve(
        Settings(target, host, port, keys, keys_text, issuer, audience, jwks_url, rate, redis, origins, look, athena),
        console,
    )


@app.command(rich_help_panel=PANEL)
def serving(target: Target = None) -> None:
    """Publish what `tickit serve` reads, from the warehouse as it is. `tickit run` does it after each build."""
    from rich.console import Console

    from scripts.build.serving import publish_target
    from scripts.core.profiles import default_target

    publish_target(target or default_target(), Console(soft_wrap=True, highlight=False))


@app.command(rich_help_panel=PANEL)
def api_key(
    name: Annotated[str, typer.Argument(help="Whose key it is, for the log and the rate limit.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="What it opens: read, personal.", show_default="read", metavar="NAME")
    ] = None,
    keys: Annotated[Path, typer.Option(help="The file of keys.", envvar="TICKIT_API_KEYS")] = _KEYS,
) -> None:
    """Make a key of the API and print it, once: the file keeps its hash. To revoke it, remove its lines there."""
    from scripts.api.auth import make_key

    print(make_key(keys, name, scope or ["read"]))
