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

from scripts.lake.errors import LakeError
from scripts.lake.layout import RAW_ZONE

MANIFEST = "lake.json"
NEW = ".lake-being-written"
OLD = ".lake-being-replaced"


@contextmanager
def replaced_raw_zone(dest: Path) -> Iterator[Path]:
    """Yield an empty folder that stands for ``dest`` while a raw zone is written, then put its content into ``dest``.

    Write the tables to ``TABLES[...].path(folder)`` and finish with `write_manifest`. If the block raises, the lake
    at ``dest`` stays as it was. Everything else in ``dest`` is left alone.

    Raise LakeError if ``dest`` cannot be written, or another run is writing there.
    """
    created = not dest.exists()
    try:
        dest.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LakeError(f"cannot make the folder {dest}: {error.strerror}. Choose another DEST.") from error
    with _locked(dest):
        try:
            _clean_up(dest)
            new = dest / NEW
            new.mkdir()
        except OSError as error:
            raise LakeError(f"cannot write to {dest}: {error.strerror}. Choose another DEST.") from error
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


def write_manifest(folder: Path, *, source: str, rows: Mapping[str, int], **about: object) -> None:
    """Write ``lake.json``: where the lake comes from and how many rows each table has.

    No times and no machine's names go in: the same lake made twice is the same to the byte.
    """
    manifest = {"source": source, **about, "rows": dict(sorted(rows.items()))}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


@contextmanager
def _locked(dest: Path) -> Iterator[None]:
    """Hold the folder's lock, which the system releases even when the process is killed."""
    try:
        handle = os.open(dest, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise LakeError(f"cannot open the folder {dest}: {error.strerror}. Choose another DEST.") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LakeError(f"another run is writing the lake at {dest}: wait for it to end.") from error
        yield
    finally:
        os.close(handle)


def _swap(dest: Path) -> None:
    """Move the old raw zone and its manifest aside, then the new ones in."""
    new, old = dest / NEW, dest / OLD
    old.mkdir()
    for name in (MANIFEST, RAW_ZONE):
        if (dest / name).exists():
            (dest / name).rename(old / name)
    for name in (RAW_ZONE, MANIFEST):
        (new / name).rename(dest / name)


def _clean_up(dest: Path) -> None:
    """Remove what a run left behind, after giving back the old lake if the run ended between two renames."""
    new, old = dest / NEW, dest / OLD
    if not (dest / RAW_ZONE).exists():
        for name in (RAW_ZONE, MANIFEST):
            if (old / name).exists():
                (old / name).rename(dest / name)
    for leftover in (new, old):
        if leftover.exists():
            shutil.rmtree(leftover)
