"""Upload a lake to S3.

S3 keeps the SHA-256 of each file, checks it when the file arrives, and tells it afterwards. So a second run sends only
what is missing or different, and a run that was killed goes on with the next file. At the end it writes the inventory,
which tells Redshift what is in S3 (scripts/lake/inventory.py).
"""

from __future__ import annotations

import base64
import hashlib
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore import exceptions
from rich.console import Console
from s3transfer.manager import TransferConfig, TransferManager
from s3transfer.subscribers import BaseSubscriber

from scripts.core.errors import Interrupted, TickitError
from scripts.core.progress import Advance, bar
from scripts.core.s3 import Place, client, code, explained, place
from scripts.lake.inventory import write_to_s3
from scripts.lake.layout import PUBLISHED_ZONE, RAW_ZONE, data_files

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

# What Redshift's role may read; published is there once a Python model has written to it.
ZONES = (RAW_ZONE, PUBLISHED_ZONE)

# S3 takes no more than this in one piece, and only a file in one piece has a SHA-256 of its own.
_MOST_BYTES = 5 * 1024**3
_AT_ONCE = 4
_KEYS_IN_ONE_DELETION = 1000


@dataclass(frozen=True)
class File:
    """A file of the lake: where it is, what it is called in S3, its size in bytes and its SHA-256 in base64."""

    path: Path
    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Plan:
    """What an upload has to do: files to send, files that are there, keys in S3 that the lake does not have."""

    missing: list[File]
    there: list[File]
    surplus: list[str]


def plan_upload(s3: S3Client, lake: Path, to: Place) -> Plan:
    """Compare the lake with what is in S3, by size and SHA-256.

    Raises:
        TickitError: there is no lake at ``lake``, or a file is too large.

    """
    files = _files(lake, to)
    zones = [zone for zone in ZONES if (lake / zone).is_dir()]
    remote = {key: size for zone in zones for key, size in _objects(s3, to.bucket, f"{to.prefix}{zone}/")}
    missing: list[File] = []
    there: list[File] = []
    for file in files:
        is_there = remote.get(file.key) == file.size and _is_intact(s3, to.bucket, file)
        (there if is_there else missing).append(file)
    return Plan(missing, there, surplus=sorted(remote.keys() - {file.key for file in files}))


def send(s3: S3Client, files: Sequence[File], to: Place, advance: Advance) -> None:
    """Send files, several at once, and ask S3 for the SHA-256 of each when it is there.

    Args:
        s3: a client.
        files: what to send.
        to: the bucket; a file knows its key.
        advance: called with numbers of bytes, from several threads.

    Raises:
        TickitError: S3 has another file than the one sent.

    """
    config = TransferConfig(multipart_threshold=_MOST_BYTES + 1, max_request_concurrency=_AT_ONCE)
    subscriber = _Counted(advance)
    # Leaving the block by an exception, Ctrl-C too, cancels what has not been sent.
    with TransferManager(s3, config) as manager:
        sent = []
        for file in files:
            checksum = {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": file.sha256}
            arguments = (str(file.path), to.bucket, file.key, checksum, [subscriber])
            sent.append((file, manager.upload(*arguments)))
        for file, future in sent:
            future.result()
            if not _is_intact(s3, to.bucket, file):
                raise TickitError(
                    f"s3://{to.bucket}/{file.key} is not what was sent, or this S3 keeps no SHA-256: run the same "
                    "command again; if it says the same, this service cannot check uploads."
                )


def delete(s3: S3Client, keys: Sequence[str], to: Place) -> None:
    """Delete keys; in a bucket with versions they can be brought back.

    Raises:
        TickitError: S3 refuses one.

    """
    for start in range(0, len(keys), _KEYS_IN_ONE_DELETION):
        some: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys[start : start + _KEYS_IN_ONE_DELETION]]
        refused = s3.delete_objects(Bucket=to.bucket, Delete={"Objects": some, "Quiet": True}).get("Errors", [])
        if refused:
            raise TickitError(f"S3 does not delete {refused[0]['Key']}: {refused[0]['Code']}.")


class _Counted(BaseSubscriber):
    """Tells how many bytes have been sent; negative where a file is sent again."""

    def __init__(self, advance: Advance) -> None:
        self.advance = advance

    def on_progress(self, future: object, bytes_transferred: int, **_: object) -> None:
        self.advance(bytes_transferred)


def _files(lake: Path, to: Place) -> list[File]:
    """Return the files of the lake that an engine reads, in the order of their names, hashed."""
    if not (lake / RAW_ZONE).is_dir():
        raise TickitError(
            f"there is no lake at {lake}: it has no folder {RAW_ZONE}. Make one with: make lake DEST={lake}"
        )
    paths = sorted(path for zone in ZONES for path in data_files(lake / zone))
    if not paths:
        raise TickitError(f"the lake at {lake} is empty. Make it again with: make lake DEST={lake}")
    return [_file(path, f"{to.prefix}{path.relative_to(lake).as_posix()}") for path in paths]


def _file(path: Path, key: str) -> File:
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise TickitError(f"{path} has {size:,} bytes, and S3 takes at most 5 GiB in one piece: make a smaller lake.")
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").digest()
    return File(path, key, size, base64.b64encode(digest).decode())


def _objects(s3: S3Client, bucket: str, prefix: str) -> Iterable[tuple[str, int]]:
    """Return keys and sizes in bytes; markers of folders, which consoles make, are none."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for found in page.get("Contents", []):
            if not found["Key"].endswith("/"):
                yield found["Key"], found["Size"]


def _is_intact(s3: S3Client, bucket: str, file: File) -> bool:
    """Ask S3 whether it has exactly this file."""
    try:
        found = s3.head_object(Bucket=bucket, Key=file.key, ChecksumMode="ENABLED")
    except exceptions.ClientError as error:
        if code(error) == "404":
            return False
        raise
    return found["ContentLength"] == file.size and found.get("ChecksumSHA256") == file.sha256


def upload(lake: Path, url: str, *, dry_run: bool = False, deletes: bool = False) -> None:
    """Upload the lake in a folder to ``s3://bucket/folder``: plan, send, delete, and print what was done.

    Args:
        lake: folder.
        url: where to.
        dry_run: print what would be done, and change nothing.
        deletes: delete files in S3 that the lake does not have.

    Raises:
        TickitError: there is no lake, or S3 refuses something.
        Interrupted: Ctrl-C while files are sent.

    """
    console = Console(soft_wrap=True, highlight=False)
    to = place(url)
    started = time.monotonic()
    with explained(str(to)):
        s3 = client("s3")
        plan = plan_upload(s3, lake, to)
        if dry_run:
            _say_plan(console, plan, to, deletes=deletes)
            return
        try:
            with bar(console, "upload", sum(file.size for file in plan.missing), unit="bytes") as shown:
                send(s3, plan.missing, to, shown.advance)
        except KeyboardInterrupt as error:
            print("\nInterrupted: what has arrived stays; run the same command again to go on.", file=sys.stderr)
            raise Interrupted from error
        if deletes:
            delete(s3, plan.surplus, to)
        # Of what S3 has now, with S3's times: those of this machine's files are others.
        write_to_s3(s3, to.bucket, to.prefix)
    _say_done(console, plan, to, deleted=deletes, seconds=time.monotonic() - started)


def _say_plan(console: Console, plan: Plan, to: Place, *, deletes: bool) -> None:
    """Print what an upload would do."""
    for file in plan.missing:
        console.print(f"would send    s3://{to.bucket}/{file.key}  {file.size:,} bytes", markup=False)
    for key in plan.surplus:
        word = "would delete" if deletes else "would leave "
        console.print(f"{word}  s3://{to.bucket}/{key}", markup=False)
    console.print(
        f"{_counted(plan.missing)} to send, {len(plan.there)} there already, {len(plan.surplus)} in S3 only. "
        "Nothing was changed."
    )


def _say_done(console: Console, plan: Plan, to: Place, *, deleted: bool, seconds: float) -> None:
    """Print what was done, and what comes next."""
    console.print(f"{_counted(plan.missing)} sent, {len(plan.there)} there already, in {seconds:.1f} s; all checked.")
    if plan.surplus and deleted:
        console.print(f"{len(plan.surplus)} that the lake does not have deleted.")
    elif plan.surplus:
        console.print(
            f"{len(plan.surplus)} in S3 are not in this lake, and Redshift still reads them, {plan.surplus[0]} for "
            "one: --delete removes them, --dry-run --delete lists them.",
            markup=False,
        )
    console.print(f"The lake is in {to}. Next: export TICKIT_LAKE={to}", markup=False)


def _counted(files: Sequence[File]) -> str:
    """Return ``3 files, 1,234 bytes``."""
    return f"{len(files)} file{'s' if len(files) != 1 else ''}, {sum(file.size for file in files):,} bytes"
