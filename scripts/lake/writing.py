"""Replace the raw zone of a lake in one go: a reader sees the old lake or the new one, never half of either.

The new files are written into a hidden folder inside the lake, and moved into place by rename when they are complete.
The folder is inside and not beside the lake, so that a rename is possible when the lake is a mount point or a
symbolic link. A run that is killed leaves that folder behind; the next run removes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from scripts.core.errors import TickitError
from scripts.lake.layout import RAW_ZONE, Table, data_files

MANIFEST = "lake.json"
SOURCE_SYSTEM = ".source-system"
"""Folder of what the source system has and the lake does not, laid out as a lake; see `scripts.lake.landing`."""

NEW = ".lake-being-written"
OLD = ".lake-being-replaced"

_CHUNK_BYTES = 1_000_000

# The order in which they move. The raw zone goes first: a lake is new or old as its raw zone is, and the rest follows.
# The manifest goes last: while it is with the new lake, something is still to follow.
_PARTS = (RAW_ZONE, SOURCE_SYSTEM, MANIFEST)


@contextmanager
def replaced_raw_zone(dest: Path) -> Iterator[Path]:
    """Yield an empty folder to write a raw zone into, then put its content into ``dest``.

    Write the tables to ``TABLES[...].path(folder)`` and finish with `write_manifest`. If the block raises, the lake
    at ``dest`` stays as it was. What the old lake's source system had goes with it; everything else in ``dest`` is
    left alone.

    Raise TickitError if ``dest`` cannot be written, or read by DuckDB, or another run is writing there.
    """
    if unreadable := [character for character in "?\\" if character in str(dest.resolve())]:
        raise TickitError(
            f"DuckDB reads nothing below a folder with {unreadable[0]} in its name: {dest.resolve()}. "
            "Choose another DEST."
        )
    created = not dest.exists()
    try:
        dest.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TickitError(f"cannot make the folder {dest}: {error.strerror}. Choose another DEST.") from error
    with locked(dest):
        try:
            _clean_up(dest)
            new = dest / NEW
            new.mkdir()
        except OSError as error:
            raise TickitError(f"cannot write to {dest}: {error.strerror}. Choose another DEST.") from error
        try:
            yield new
            if not (new / MANIFEST).is_file():
                raise RuntimeError(f"the maker of the lake wrote no {MANIFEST}: call write_manifest last")
            _swap(dest)
        finally:
            _clean_up(dest)
            if created:
                with suppress(OSError):  # not empty: the lake is there
                    dest.rmdir()


def read_manifest(lake: Path) -> dict[str, Any]:
    """Return what ``lake.json`` says; raise TickitError if it cannot be read."""
    try:
        manifest: dict[str, Any] = json.loads((lake / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TickitError(f"cannot read {lake / MANIFEST}: {error}. Make the lake again with make lake.") from error
    return manifest


def write_manifest(folder: Path, *, source: str, rows: Mapping[str, int], **about: object) -> None:
    """Write ``lake.json``: where the lake comes from and how many rows each table has.

    No times and no machine's names go in: the same lake made twice is the same to the byte.
    """
    manifest = {"source": source, **about, "rows": dict(sorted(rows.items()))}
    unfinished = folder / f".{MANIFEST}.part"
    unfinished.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    unfinished.rename(folder / MANIFEST)


def write_header(table: Table, folder: Path) -> None:
    """Write the files of a table that has no rows, each with its header alone."""
    for path in table.paths(folder):
        path.parent.mkdir(parents=True)
        path.write_text(f"{table.header}\n", encoding="utf-8")


def count_rows(lake: Path, table: Table) -> int:
    """Count the lines of a table's files in the raw zone, less their headers; half a line at an end is a line too.

    Raise TickitError for what cannot be listed, see `data_files`.
    """
    return sum(rows_of_file(path) for path in data_files(lake / RAW_ZONE / table.name))


def rows_of_file(path: Path) -> int:
    """Count the lines of a file, less its header."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return max(lines + (last != b"\n") - 1, 0)


@contextmanager
def locked(dest: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system releases even when the process is killed."""
    try:
        handle = os.open(dest, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise TickitError(f"cannot open the folder {dest}: {error.strerror}. Choose another DEST.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TickitError(f"another run is writing the lake at {dest}: wait for it to end.") from error
        yield
    finally:
        os.close(handle)


def _swap(dest: Path) -> None:
    """Move the old raw zone and what belongs to it aside, then the new one in."""
    new, old = dest / NEW, dest / OLD
    old.mkdir()
    _move(dest, old)
    _move(new, dest)


def _move(here: Path, there: Path) -> None:
    """Move the raw zone and then what belongs to it; what has been moved already is there."""
    for name in _PARTS:
        if (here / name).exists():
            (here / name).rename(there / name)


def _clean_up(dest: Path) -> None:
    """Remove what a run left behind, after finishing or undoing its renames if it ended between two of them."""
    new, old = dest / NEW, dest / OLD
    if not (dest / RAW_ZONE).exists():
        for name in reversed(_PARTS):
            if (old / name).exists():
                (old / name).rename(dest / name)
    elif (new / MANIFEST).exists() and not (new / RAW_ZONE).exists():
        _move(new, dest)
    for leftover in (new, old):
        if leftover.exists():
            shutil.rmtree(leftover)
