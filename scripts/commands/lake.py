"""Make a lake, and bring new data into it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import check_month

app = typer.Typer()
PANEL = "Fill the lake"

_MOST_SEED = 2**63 - 1


def _check_source(text: str) -> str:
    """Refuse what is neither there, nor an s3:// address, nor the word synthetic."""
    from scripts.core.settings import is_in_s3

    if text == "synthetic":
        return text
    if is_in_s3(text):
        if not text.removeprefix("s3://").strip("/"):
            raise typer.BadParameter(f"{text} names no bucket: write s3://bucket/prefix")
        return text
    if "://" in text:
        raise typer.BadParameter(f"cannot read from {text}: give synthetic, a folder, a zip file or s3://...")
    if not Path(text).exists():
        raise typer.BadParameter(
            f"there is no file or folder {text}: give synthetic, a folder, a zip file or s3://bucket/prefix"
        )
    return text


def _scale(text: str) -> float:
    """Read a scale within the limits of the generator."""
    from scripts.lake.synthetic import LEAST_SCALE, MOST_SCALE

    try:
        scale = float(text)
    except ValueError:
        scale = float("nan")
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        raise typer.BadParameter(
            f"{text} is not a scale: give a number from {LEAST_SCALE:g} to {MOST_SCALE:g}, such as 0.01, 1 or 100"
        )
    return scale


def _seed(given: str | int) -> int:
    """Read a whole number of 64 bits; the default is one already."""
    text = str(given)
    if not text.isdecimal() or int(text) > _MOST_SEED:
        raise typer.BadParameter(f"{text} is not a seed: give a whole number such as 42")
    return int(text)


@app.command(rich_help_panel=PANEL)
def lake(
    source: Annotated[
        str,
        typer.Option(
            help="synthetic, a folder or a zip file with AWS's originals, or s3://bucket/prefix of them.",
            callback=_check_source,
        ),
    ] = "synthetic",
    dest: Annotated[
        Path | None, typer.Option(help="Folder of the lake; made if needed.", show_default="TICKIT_LAKE, or lake")
    ] = None,
    scale: Annotated[
        float,
        typer.Option(
            help="Size of a synthetic lake, from 0.001 to 1000; 1 has 172,456 sales.", parser=_scale, metavar="NUMBER"
        ),
    ] = 1,
    seed: Annotated[
        int,
        typer.Option(
            help="Decides all chance of a synthetic lake: the same seed, the same lake.", parser=_seed, metavar="NUMBER"
        ),
    ] = 42,
    until: Annotated[
        str | None,
        typer.Option(
            help="The last month that is delivered; `tickit land` lands those after it.",
            callback=check_month,
            metavar="YYYY-MM",
            show_default="all",
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(help="Threads that make a synthetic lake, which is the same.", min=1, show_default="all cores"),
    ] = None,
) -> None:
    """Make the raw zone of a lake: generate it, or convert AWS's original files.

    A lake that is at DEST is replaced when the new one is complete, and not before.
    """
    from rich.console import Console

    from scripts.core.settings import lake_folder
    from scripts.lake.layout import MONTHS
    from scripts.lake.make import make_lake

    make_lake(
        dest or lake_folder(),
        Console(),
        source=source,
        scale=scale,
        seed=seed,
        until=until or MONTHS[-1],
        threads=threads,
    )


def _check_day(text: str | None) -> str | None:
    """Refuse what is neither a day of TICKIT nor the word next."""
    from scripts.lake.landing import days_of

    if text and text != "next":
        check_month(text[:7])
        if text not in days_of(text[:7]):
            raise typer.BadParameter(f"{text} is not a day: give one such as {text[:7]}-01, or next")
    return text


def _check_events(text: str) -> str:
    """Refuse an event that is not known."""
    from scripts.lake.landing.events import EVENTS

    if unknown := [event for event in _events(text) if event not in EVENTS]:
        raise typer.BadParameter(f"there is no event {unknown[0]}: give some of {', '.join(EVENTS)}")
    return text


def _events(text: str) -> list[str]:
    return [event.strip() for event in text.split(",") if event.strip()]


@app.command(
    rich_help_panel=PANEL,
    epilog="Events: late, corrected, duplicated, dropped_column, new_column, empty, truncated; docs/new_data.md has "
    "what each does.\n\n"
    "Examples: `make lake UNTIL=2008-10` holds two months back. `make land` lands the next month, `make land DAY=next` "
    "the next day, a file of its own. `make land MONTH=2008-11 EVENTS=corrected` sends a month again with corrections.",
)
def land(
    lake: Annotated[Path | None, typer.Option(help="Folder of the lake.", show_default="TICKIT_LAKE, or lake")] = None,
    month: Annotated[
        str | None,
        typer.Option(
            help="A month; the next that is missing if neither is given.", callback=check_month, metavar="YYYY-MM"
        ),
    ] = None,
    day: Annotated[
        str | None, typer.Option(help="A day, a file of its own, or `next`.", callback=_check_day, metavar="YYYY-MM-DD")
    ] = None,
    events: Annotated[
        str, typer.Option(help="What happens to it, separated by commas.", callback=_check_events, show_default="none")
    ] = "",
) -> None:
    """Land new listings and sales in a lake, as the source system delivers them."""
    if month and day:
        raise typer.BadParameter("give --month or --day, not both")
    from rich.console import Console

    from scripts.core.settings import lake_location
    from scripts.lake.land import land as land_in

    # One in S3 is refused, with what to do.
    land_in(lake or Path(lake_location()), Console(), month=month, day=day, events=_events(events))


@app.command(rich_help_panel=PANEL)
def inventory(
    lake: Annotated[
        str | None, typer.Argument(help="A folder, or s3://bucket/prefix.", show_default="TICKIT_LAKE, or lake")
    ] = None,
) -> None:
    """List the files of a lake for Redshift, with their sizes and times; DuckDB needs no such list.

    Run it after files have come and before each build on Redshift.
    """
    from scripts.core.settings import lake_location
    from scripts.lake.inventory import write_inventory

    write_inventory(lake or lake_location())


@app.command(rich_help_panel=PANEL)
def plots(
    lake: Annotated[Path, typer.Option(help="Folder of a synthetic lake.")] = Path("lake"),
    images: Annotated[Path, typer.Option(help="Where the plots go.")] = Path("docs/images"),
) -> None:
    """Draw the plots of docs/synthetic_lake.md, and print its key figures."""
    from scripts.lake.plots import draw_plots

    draw_plots(lake, images)
