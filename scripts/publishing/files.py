"""Put a finished file in the lake in one step: a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import shutil
from pathlib import Path


def put(file: Path, location: str, timeout: int) -> None:
    """Move a finished file to a path or to ``s3://bucket/key``, replacing what is there; ``timeout`` in seconds.

    Why not DuckDB's own ``copy ... to 's3://...'``: when it fails in the middle of a large file, it completes the
    upload with what it has. An upload that breaks off here is given up by boto3, and S3 shows whole objects only.

    Raises:
        TickitError: S3 refuses it, fails or is silent.

    """
    try:
        if location.startswith("s3://"):
            _upload(file, location, timeout)
        else:
            _move(file, Path(location))
    finally:
        # The model's next run writes it again.
        file.unlink(missing_ok=True)


def _upload(file: Path, location: str, timeout: int) -> None:
    from boto3.exceptions import S3UploadFailedError

    from scripts.core.s3 import client, explained

    bucket, _, key = location.removeprefix("s3://").partition("/")
    with explained(location):
        try:
            client("s3", timeout).upload_file(str(file), bucket, key)
        except S3UploadFailedError as error:
            # boto3 wraps what went wrong in a sentence; what it was decides what to do.
            raise error.__cause__ or error.__context__ or error from None


def _move(file: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    # The lake may be on another disk than the file; a rename is one step only within one disk. Hidden, as readers of
    # the folder take every name without a dot or an underscore in front.
    unfinished = to.with_name(f".{to.name}.part")
    shutil.move(file, unfinished)
    unfinished.replace(to)
