"""Land new data in a lake, and print what came."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from scripts.core.errors import TickitError
from scripts.lake.landing import Landing, land_day, land_month, next_day, next_month
from scripts.lake.landing.source_system import held_back
from scripts.lake.make import next_command

NEXT = "next"


def land(
    lake: Path,
    console: Console,
    *,
    month: str | None = None,
    day: str | None = None,
    events: Sequence[str] = (),
) -> None:
    """Land a month (``YYYY-MM``) or a day (``YYYY-MM-DD``, or ``next``), by default the next month; print what came.

    ``events``: names from EVENTS.

    Raises:
        TickitError: there is no such month, day or lake, or the lake cannot be written.

    """
    if str(lake).startswith("s3:/"):  # a path has one slash of the two
        raise TickitError(f"{lake} is on S3: land in a folder and send it there with `tickit upload`.")
    if day:
        landing = land_day(lake, next_day(lake) if day == NEXT else day, events)
    else:
        landing = land_month(lake, month or next_month(lake), events)
    _print_summary(console, lake, landing)


def _print_summary(console: Console, lake: Path, landing: Landing) -> None:
    """Say what landed, what is still to come, and what comes next."""
    table = RichTable("file", box=None, pad_edge=False)
    table.add_column("rows", justify="right")
    for path, rows in landing.files.items():
        table.add_row(str(path.relative_to(lake)), f"{rows:,}")
    console.print(table)
    if landing.removed:
        names = ", ".join(sorted(path.name for path in landing.removed)[:3])
        more = ", ..." if len(landing.removed) > 3 else ""
        console.print(f"Removed {len(landing.removed)} files that these replace: {names}{more}", soft_wrap=True)
    months = held_back(lake)
    console.print(f"Not complete yet: {', '.join(months) or 'none'}.", highlight=False, soft_wrap=True)
    console.print(f"Next: {next_command(lake)}", highlight=False, soft_wrap=True)
