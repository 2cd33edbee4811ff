"""The lakes that are measured: made once, found again by the next run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from scripts.core.errors import TickitError
from scripts.lake.layout import RAW_ZONE, TABLES

ROOT = Path(__file__).resolve().parents[1]

# A lake of scale 1 has 30 MB; a warehouse with what is built from it, and what DuckDB spills, several times as much.
GB_PER_SCALE = {"lake": 0.035, "databases": 0.15}


def columns_of(table: str) -> str:
    """Return names and types of a raw table's columns, as the `columns` of DuckDB's read_csv takes them."""
    fields = TABLES[table].fields
    return str({field.name: "varchar" if field.type.startswith("varchar(") else field.type for field in fields})


def lake_of(scale: float, folder: Path) -> Path:
    """Return the lake of this scale in the folder; make it if it is not there."""
    lake = folder / f"scale_{scale:g}"
    if (lake / RAW_ZONE).is_dir():
        return lake
    check_space(scale, folder, "lake")
    command = [sys.executable, "-m", "scripts.cli", "lake", "--scale", f"{scale:g}", "--dest", str(lake.resolve())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise TickitError(f"the lake of scale {scale:g} could not be made:\n{done.stderr or done.stdout}")
    return lake


def check_space(scale: float, folder: Path, what: str) -> None:
    """Raise TickitError if the disk has no room for ``what`` (a key of GB_PER_SCALE) of this scale."""
    folder.mkdir(parents=True, exist_ok=True)
    needed, free = GB_PER_SCALE[what] * scale, shutil.disk_usage(folder).free / 1e9
    if needed > free:
        raise TickitError(
            f"scale {scale:g}: the {what} would take about {needed:.0f} GB in {folder}, where {free:.0f} GB are free: "
            "make room, choose another folder (--work, --lakes), or leave this scale out."
        )
