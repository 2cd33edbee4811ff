"""Land new data in a lake: ``python -m scripts.lake.land --month 2008-12``, or ``make land MONTH=2008-12``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from scripts.lake.default_lake import next_command
from scripts.lake.errors import LakeError
from scripts.lake.landing import Landing, days_of, land_day, land_month, next_day, next_month
from scripts.lake.landing.events import EVENTS
from scripts.lake.landing.source_system import held_back
from scripts.lake.layout import MONTHS

NEXT = "next"

_EPILOG = f"""\
events:
{chr(10).join(f"  {name:<15} {what}" for name, what in EVENTS.items())}

examples:
  make lake UNTIL=2008-10                       a lake that lacks its last two months
  make land                                     the next month
  make land DAY=next                            the next day, a file of its own
  make land MONTH=2008-11                       that month; its own file takes the place of its days'
  make land MONTH=2008-11 EVENTS=corrected      the same month, sent again with corrections
  make land EVENTS=late,duplicated              the next month, with two events

docs/new_data.md walks through it.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Land what the arguments ask for; return 0, or 1 if it failed."""
    wanted = _parser().parse_args(arguments)
    if str(wanted.lake).startswith("s3:"):
        return _fail(f"{wanted.lake} is on S3: land in a folder and send it there with python -m scripts.aws.upload.")
    try:
        if wanted.day:
            day = next_day(wanted.lake) if wanted.day == NEXT else wanted.day
            landing = land_day(wanted.lake, day, wanted.events)
        else:
            landing = land_month(wanted.lake, wanted.month or next_month(wanted.lake), wanted.events)
    except LakeError as error:
        return _fail(str(error))
    _print_summary(Console(), wanted.lake, landing)
    return 0


def _fail(message: str) -> int:
    Console(stderr=True).print(f"error: {message}", style="red", highlight=False, markup=False, soft_wrap=True)
    return 1


def _parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.lake.land",
        description="Land new listings and sales in a lake, as the source system delivers them.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--lake",
        type=Path,
        default=Path(os.environ.get("TICKIT_LAKE") or "lake"),  # one in S3 is refused, with what to do
        help="folder of the lake (default: TICKIT_LAKE, or lake)",
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--month", type=_month, help="month, YYYY-MM (default: the next that is not complete)")
    what.add_argument("--day", type=_day, help="day, YYYY-MM-DD, or `next`")
    parser.add_argument("--events", type=_events, default=[], help="what happens, separated by commas; see below")
    return parser


def _month(text: str) -> str:
    """Check a month."""
    if text not in MONTHS:
        raise argparse.ArgumentTypeError(
            f"{text} is not a month of TICKIT, which is {MONTHS[0]} to {MONTHS[-1]}: give one such as {MONTHS[-1]}"
        )
    return text


def _day(text: str) -> str:
    """Check a day, or the word next."""
    if text != NEXT and text not in days_of(_month(text[:7])):
        raise argparse.ArgumentTypeError(f"{text} is not a day: give one such as {text[:7]}-01, or {NEXT}")
    return text


def _events(text: str) -> list[str]:
    """Check names of events, separated by commas."""
    events = [event.strip() for event in text.split(",") if event.strip()]
    if unknown := [event for event in events if event not in EVENTS]:
        raise argparse.ArgumentTypeError(f"there is no event {unknown[0]}: give some of {', '.join(EVENTS)}")
    return events


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


if __name__ == "__main__":
    sys.exit(main())
