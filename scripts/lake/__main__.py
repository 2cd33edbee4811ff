"""Make a lake: ``python -m scripts.lake --scale 1 --seed 42 --dest lake --source synthetic``, or ``make lake``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from scripts.lake.default_lake import default_lake, next_command
from scripts.lake.errors import LakeError
from scripts.lake.landing import awaited
from scripts.lake.landing.source_system import held_back, hold_back
from scripts.lake.layout import MONTHS, PARTITIONED, RAW_ZONE
from scripts.lake.progress import Progress, shown_on
from scripts.lake.synthetic import LEAST_SCALE, MOST_SCALE, VERSION, make_synthetic
from scripts.lake.writing import count_rows, replaced_raw_zone, write_manifest

SYNTHETIC = "synthetic"
S3 = "s3://"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the lake that the arguments ask for; return 0, 1 if it failed, 130 if stopped."""
    wanted = _parser().parse_args(arguments)
    console, complaints = Console(), Console(stderr=True)
    started = time.monotonic()
    try:
        with shown_on(console) as progress:
            rows = _make(wanted, progress)
    except LakeError as error:
        complaints.print(f"error: {error}", style="red", highlight=False, markup=False, soft_wrap=True)
        return 1
    except (KeyboardInterrupt, RuntimeError) as error:
        # Ctrl-C in the middle of a query comes out of DuckDB as a RuntimeError.
        if isinstance(error, RuntimeError) and str(error) != "Query interrupted":
            raise
        complaints.print(f"stopped: {wanted.dest} is as it was before", highlight=False, soft_wrap=True)
        return 130
    _print_summary(console, wanted.dest, rows, time.monotonic() - started)
    return 0


def _make(wanted: argparse.Namespace, progress: Progress) -> dict[str, int]:
    """Make the lake from its source; return its rows by table."""
    if wanted.source == SYNTHETIC:
        with replaced_raw_zone(wanted.dest) as folder:
            chance = {"scale": wanted.scale, "seed": wanted.seed}
            rows = make_synthetic(folder, **chance, threads=wanted.threads, progress=progress)
            return _delivered(folder, wanted.until, rows, source=SYNTHETIC, **chance, generator_version=VERSION)

    # Imported here: a synthetic lake needs nothing that reads zip files or S3.
    from scripts.lake.originals import convert_originals

    source = _fetched(wanted.source, progress) if wanted.source.startswith(S3) else Path(wanted.source)
    with replaced_raw_zone(wanted.dest) as folder:
        rows = convert_originals(source, folder, progress)
        return _delivered(folder, wanted.until, rows, source="originals")


def _delivered(folder: Path, until: str, rows: dict[str, int], **about: object) -> dict[str, int]:
    """Hold the months after ``until`` back, and write what the lake is then; return its rows by table."""
    if until < MONTHS[-1]:
        hold_back(folder, until)
        rows = {**rows, **{table.name: count_rows(folder, table) for table in PARTITIONED}}
    write_manifest(folder, rows=rows, **about, **awaited(folder))
    return rows


def _fetched(url: str, progress: Progress) -> Path:
    """Download the originals to the user's cache, where the next run finds them; return where they are."""
    from scripts.lake.fetch import fetch_originals

    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return fetch_originals(url, caches / "tickit_lakehouse" / url.removeprefix(S3).strip("/"), progress)


def _parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.lake",
        description="Make the raw zone of a TICKIT lake: generate it, or convert AWS's original files.",
        epilog="An existing lake at DEST is replaced when the new one is complete, and not before.",
    )
    parser.add_argument(
        "--source",
        type=_source,
        default=SYNTHETIC,
        help="synthetic (the default), a folder or a zip file with AWS's originals, or s3://bucket/prefix of them",
    )
    parser.add_argument(
        "--dest",
        type=Path,
        default=default_lake(),
        help="folder of the lake (default: TICKIT_LAKE, or lake); made if needed",
    )
    parser.add_argument(
        "--scale",
        type=_scale,
        default=1.0,
        help=f"size of a synthetic lake, from {LEAST_SCALE:g} to {MOST_SCALE:g}; 1 has 172,456 sales (default: 1)",
    )
    parser.add_argument(
        "--seed",
        type=_seed,
        default=42,
        help="whole number that decides all chance of a synthetic lake: the same seed, the same lake (default: 42)",
    )
    parser.add_argument(
        "--until",
        type=_month,
        default=MONTHS[-1],
        metavar="YYYY-MM",
        help="last month that has been delivered; `make land` lands those after it (default: %(default)s, all)",
    )
    parser.add_argument(
        "--threads",
        type=_threads,
        default=os.cpu_count() or 1,
        help="threads that make a synthetic lake (default: all cores, %(default)s); the lake does not depend on them",
    )
    return parser


def _source(text: str) -> str:
    """Check a source: something that exists, or an s3:// address, or the word synthetic."""
    if text == SYNTHETIC:
        return text
    if text.startswith(S3):
        if not text.removeprefix(S3).strip("/"):
            raise argparse.ArgumentTypeError(f"{text} names no bucket: write s3://bucket/prefix")
        return text
    if "://" in text:
        raise argparse.ArgumentTypeError(f"cannot read from {text}: give synthetic, a folder, a zip file or s3://...")
    if not Path(text).exists():
        raise argparse.ArgumentTypeError(
            f"there is no file or folder {text}: give synthetic, a folder, a zip file or s3://bucket/prefix"
        )
    return text


def _scale(text: str) -> float:
    """Read a scale within its limits."""
    try:
        scale = float(text)
    except ValueError:
        scale = float("nan")
    if not LEAST_SCALE <= scale <= MOST_SCALE:
        raise argparse.ArgumentTypeError(
            f"{text} is not a scale: give a number from {LEAST_SCALE:g} to {MOST_SCALE:g}, such as 0.01, 1 or 100"
        )
    return scale


def _seed(text: str) -> int:
    """Read a whole number of 64 bits."""
    try:
        seed = int(text)
    except ValueError:
        seed = 2**63
    if not 0 <= seed < 2**63:
        raise argparse.ArgumentTypeError(f"{text} is not a seed: give a whole number such as 42")
    return seed


def _month(text: str) -> str:
    """Check a month of TICKIT; an empty text, as from ``make lake UNTIL=``, is the last."""
    if text and text not in MONTHS:
        raise argparse.ArgumentTypeError(f"{text} is not a month of TICKIT: give {MONTHS[0]} to {MONTHS[-1]}")
    return text or MONTHS[-1]


def _threads(text: str) -> int:
    """Read a number of threads."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of threads: give a whole number from 1")
    return int(text)


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


if __name__ == "__main__":
    sys.exit(main())
