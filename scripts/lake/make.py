"""Make a lake, synthetic or from AWS's original files, and print what is in it."""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from scripts.core.errors import Interrupted
from scripts.core.progress import Progress, shown_on
from scripts.core.settings import is_in_s3, lake_folder
from scripts.lake.landing import awaited
from scripts.lake.landing.source_system import held_back, hold_back
from scripts.lake.layout import MONTHS, PARTITIONED, RAW_ZONE
from scripts.lake.synthetic import VERSION, make_synthetic
from scripts.lake.writing import count_rows, replaced_raw_zone, write_manifest

SYNTHETIC = "synthetic"


def make_lake(
    dest: Path,
    console: Console,
    *,
    source: str = SYNTHETIC,
    scale: float = 1.0,
    seed: int = 42,
    until: str = MONTHS[-1],
    threads: int | None = None,
) -> None:
    """Make a lake and print what is in it. A lake that is at ``dest`` is replaced when the new one is complete.

    Args:
        dest: folder of the lake; made if needed.
        console: where progress and summary go.
        source: ``synthetic``, a folder or a zip file with AWS's originals, or ``s3://bucket/prefix`` of them.
        scale: of a synthetic lake, from LEAST_SCALE to MOST_SCALE.
        seed: of a synthetic lake, from 0 to 2^63 - 1.
        until: the last month (``YYYY-MM``) that is delivered; `scripts.lake.landing` lands those after it.
        threads: that make a synthetic lake; all cores if None.

    Raises:
        TickitError: the source cannot be read, or the lake not be written.
        Interrupted: Ctrl-C; ``dest`` is as it was before.

    """
    started = time.monotonic()
    try:
        with shown_on(console) as progress:
            if source == SYNTHETIC:
                threads = threads or os.cpu_count() or 1
                with replaced_raw_zone(dest) as folder:
                    rows = make_synthetic(folder, scale=scale, seed=seed, threads=threads, progress=progress)
                    about = {"scale": scale, "seed": seed, "generator_version": VERSION}
                    rows = _delivered(folder, until, rows, source=SYNTHETIC, **about)
            else:
                # Imported here: a synthetic lake needs nothing that reads zip files or S3.
                from scripts.lake.originals import convert_originals

                originals = _fetched(source, progress) if is_in_s3(source) else Path(source)
                with replaced_raw_zone(dest) as folder:
                    rows = convert_originals(originals, folder, progress)
                    rows = _delivered(folder, until, rows, source="originals")
    except (KeyboardInterrupt, RuntimeError) as error:
        # Ctrl-C in the middle of a query comes out of DuckDB as a RuntimeError.
        if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
            raise
        print(f"\nInterrupted: {dest} is as it was before.", file=sys.stderr)
        raise Interrupted from error
    _print_summary(console, dest, rows, time.monotonic() - started)


def _delivered(folder: Path, until: str, rows: dict[str, int], **about: Any) -> dict[str, int]:
    """Hold the months after ``until`` back, and write what the lake is then; return its rows by table."""
    if until < MONTHS[-1]:
        hold_back(folder, until)
        rows = {**rows, **{table.name: count_rows(folder, table) for table in PARTITIONED}}
    write_manifest(folder, rows=rows, **(about | awaited(folder)))
    return rows


def _fetched(url: str, progress: Progress) -> Path:
    """Download the originals to the user's cache, where the next run finds them; return where they are."""
    from scripts.lake.fetch import fetch_originals

    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return fetch_originals(url, caches / "tickit_lakehouse" / url.removeprefix("s3://").strip("/"), progress)


def _print_summary(console: Console, dest: Path, rows: dict[str, int], seconds: float) -> None:
    """Say what was made, where it is, and what comes next."""
    table = RichTable("table", box=None, pad_edge=False)
    table.add_column("rows", justify="right")
    table.add_column("bytes", justify="right")
    total = 0
    for name, count in rows.items():
        size = sum(path.stat().st_size for path in (dest / RAW_ZONE / name).rglob("*.txt"))
        total += size
        table.add_row(name, f"{count:,}", f"{size:,}")
    table.add_row("all", f"{sum(rows.values()):,}", f"{total:,}", style="bold")
    console.print(table)
    if months := held_back(dest):
        console.print(f"Held back, for make land: {', '.join(months)}", highlight=False, soft_wrap=True)
    made = f"The lake is in {dest}, made in {seconds:.1f} s."
    console.print(f"{made} Next: {next_command(dest)}", highlight=False, soft_wrap=True)


def next_command(lake: Path) -> str:
    """Return the command that builds this lake; one that is not TICKIT_LAKE's gets a warehouse of its own.

    In another lake's warehouse its users and listings would be changes of the other's, in the history.
    """
    if lake == lake_folder():
        return "make run"
    warehouse = f"warehouse/of_{re.sub(r'[^A-Za-z0-9]+', '_', lake.name)}.duckdb"
    return f"TICKIT_LAKE={shlex.quote(str(lake))} TICKIT_WAREHOUSE={warehouse} make run"
