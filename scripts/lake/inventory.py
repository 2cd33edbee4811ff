"""Write the inventory of a lake: `tickit inventory`.

    <lake>/inventory/files.txt      path|size_bytes|modified_at|version, a line for each file of the raw zone

It is what Redshift reads as ``tickit_external.file``, because Spectrum cannot tell when a file was written. On DuckDB
``stage_external_sources`` makes the same list (packages/external_tables). No file of the raw zone is opened.

``version`` differs whenever the content of a path may differ, also within one second and at the same size. Of a file in
a folder it is the time of its last write, the time of its last change of any kind (nobody can set that one back), both
in nanoseconds, and its inode. Of an object in S3 it is the ETag.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from rich.console import Console

from scripts.core.errors import TickitError
from scripts.core.settings import is_in_s3
from scripts.lake.layout import DELIMITER, RAW_ZONE, data_files, is_data_file

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

NAME = "inventory/files.txt"
COLUMNS = ("path", "size_bytes", "modified_at", "version")

# An object that was written so shortly before it was listed can be written again with the same time: what git calls
# racily clean.
_TOO_YOUNG = timedelta(seconds=2)


@dataclass(frozen=True, order=True)
class File:
    """A file of the raw zone: its name below the lake, its size in bytes, when it was last written, its version."""

    path: str
    size: int
    modified_at: datetime
    version: str

    @property
    def line(self) -> str:
        """The file as a line of the inventory; whole seconds, as DuckDB has them and as S3 lists them."""
        modified_at = self.modified_at.astimezone(UTC).replace(microsecond=0)
        return DELIMITER.join((self.path, str(self.size), f"{modified_at:%Y-%m-%d %H:%M:%S.%f}", self.version))


def files_in_folder(lake: Path) -> list[File]:
    """List the raw zone of a lake in a folder; without a raw zone there is none.

    Raises:
        TickitError: something in it cannot be listed, see `data_files`.

    """
    found = []
    for path in data_files(lake / RAW_ZONE):
        try:
            about = path.stat()
        except FileNotFoundError:  # taken away since the folder was listed
            continue
        modified_at = datetime.fromtimestamp(about.st_mtime_ns // 10**9, UTC)
        version = f"{about.st_mtime_ns}-{about.st_ctime_ns}-{about.st_ino}"
        found.append(File(path.relative_to(lake).as_posix(), about.st_size, modified_at, version))
    return sorted(found)


def files_in_s3(s3: S3Client, bucket: str, prefix: str) -> list[File]:
    """List the raw zone of a lake in S3; ``prefix`` is empty or ends with a slash. A request lists 1,000 files."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{prefix}{RAW_ZONE}/")
    return sorted(
        File(found["Key"].removeprefix(prefix), found["Size"], found["LastModified"], _version_in_s3(found))
        for page in pages
        for found in page.get("Contents", [])
        if is_data_file(found["Key"].rpartition("/")[2])
    )


def _version_in_s3(found: ObjectTypeDef) -> str:
    """Return the ETag of an object, or its time where a server gives none.

    A time of the last two seconds gets the time of the listing too, so that the next one has another version.
    """
    if tag := str(found.get("ETag") or "").strip('"'):
        return tag
    modified_at, now = found["LastModified"], datetime.now(UTC)
    version = f"{modified_at:%Y-%m-%dT%H:%M:%S}"
    return f"{version}-{now:%Y-%m-%dT%H:%M:%S.%f}" if now - modified_at < _TOO_YOUNG else version


def as_text(files: Sequence[File]) -> str:
    """Return the inventory as text.

    Raises:
        TickitError: a name cannot stand in it.

    """
    for file in files:
        if DELIMITER in file.path or "\n" in file.path or "\r" in file.path:
            raise TickitError(
                f"{file.path!r}: a name with a {DELIMITER} or a line's end cannot be listed. Rename the file."
            )
    return "".join(f"{line}\n" for line in (DELIMITER.join(COLUMNS), *(file.line for file in files)))


def write_to_folder(lake: Path) -> list[File]:
    """Write the inventory of a lake in a folder, in one go; return what is in it.

    Raises:
        TickitError: there is no such folder, or a name cannot be listed.

    """
    if not lake.is_dir():
        raise TickitError(f"there is no lake at {lake}. Make one with: make lake DEST={shlex.quote(str(lake))}")
    files = files_in_folder(lake)
    text = as_text(files)
    place = lake / NAME
    place.parent.mkdir(exist_ok=True)
    # Hidden, so that nobody reads half of it.
    new = place.with_name(f".{place.name}.part")
    new.write_text(text, encoding="utf-8")
    new.replace(place)
    return files


def write_to_s3(s3: S3Client, bucket: str, prefix: str) -> list[File]:
    """Write the inventory of a lake in S3, which replaces an object atomically; return what is in it.

    Raises:
        TickitError: a name cannot be listed.

    """
    files = files_in_s3(s3, bucket, prefix)
    s3.put_object(Bucket=bucket, Key=f"{prefix}{NAME}", Body=as_text(files).encode(), ContentType="text/plain")
    return files


def write_inventory(lake: str) -> None:
    """Write the inventory where the lake is, a folder or ``s3://bucket/prefix``, and print what is in it.

    Raises:
        TickitError: there is no such lake, or a name cannot be listed.

    """
    started = perf_counter()
    if is_in_s3(lake):
        # Imported here: a lake in a folder needs no AWS.
        from scripts.core.s3 import client, explained, place

        there = place(lake)
        with explained(str(there)):
            files = write_to_s3(client("s3"), there.bucket, there.prefix)
        where = f"{there}/{NAME}"
    else:
        files = write_to_folder(Path(lake))
        where = str(Path(lake, NAME))
    total, newest = sum(file.size for file in files), max((file.modified_at for file in files), default=None)
    Console(soft_wrap=True, highlight=False).print(
        f"{len(files):,} files, {total:,} bytes"
        + (f", the newest of {newest:%Y-%m-%d %H:%M:%S} UTC" if newest else "")
        + f", listed in {where} in {perf_counter() - started:.1f} s.",
        markup=False,
    )
