"""Fetch AWS's original TICKIT files from S3: the seven files under a prefix, or one zip.

Access is anonymous when no AWS credentials are found, which is enough for the public bucket; otherwise boto3's usual
chain of credentials, profiles and regions holds, and ``AWS_ENDPOINT_URL`` names another service that speaks S3.

A download can be broken off at any time. ``<name>.part`` is what is there so far and ``<name>.etag`` the version of the
object that it belongs to, so that the next run goes on where this one ended, or starts again if the object has changed.
"""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore import UNSIGNED, exceptions
from botocore.config import Config

from scripts.core.causes import cause
from scripts.core.errors import TickitError
from scripts.core.progress import Progress
from scripts.lake.originals import ORIGINALS, WHERE_TO_FIND_THEM

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 0.5
_CHUNK_BYTES = 1_000_000


@dataclass(frozen=True)
class Remote:
    """One version of an object in S3; ``md5`` is None where the ETag is something else (several parts, KMS)."""

    bucket: str
    key: str
    size: int
    etag: str
    md5: str | None

    @property
    def name(self) -> str:
        """The name of the file that it becomes."""
        return self.key.rpartition("/")[2]


def fetch_originals(url: str, cache: Path, progress: Progress) -> Path:
    """Download the originals at ``url`` into the folder ``cache``; files that are complete there are not fetched again.

    Args:
        url: ``s3://bucket/prefix/`` with the seven files in it, or ``s3://bucket/some.zip``.
        cache: made if it is not there.
        progress: steps are bytes.

    Returns:
        What `convert_originals` takes: ``cache`` itself, or the zip in it.

    Raises:
        TickitError: ``url`` is not an S3 address, cannot be reached or read, lacks a file, or the download breaks off.

    """
    bucket, path = _split(url)
    is_zip = path.endswith(".zip")
    keys = [path] if is_zip else [f"{path}{original.file}" for original in ORIGINALS]
    try:
        client = _client()
        remotes = _look_up(client, bucket, keys, url)
        cache.mkdir(parents=True, exist_ok=True)
        for remote in remotes:
            _download(client, remote, cache / remote.name, progress)
    except exceptions.ClientError as error:
        raise TickitError(_explained(error, url)) from error
    except exceptions.ConnectionError as error:
        raise TickitError(f"cannot reach S3 for {url}: {error}. Check the network and AWS_ENDPOINT_URL.") from error
    except exceptions.BotoCoreError as error:
        raise TickitError(f"cannot read {url}: {' '.join(str(error).split())}") from error
    except OSError as error:
        raise TickitError(f"cannot write to {cache}: {error.strerror}.") from error
    return cache / remotes[0].name if is_zip else cache


def _split(url: str) -> tuple[str, str]:
    """Return bucket and path of an S3 address; the path of a folder ends with a slash, that of a bucket is empty."""
    bucket, _, path = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not bucket:
        raise TickitError(f"{url} is not an S3 address: write s3://bucket/folder/ or s3://bucket/file.zip.")
    return bucket, path if path.endswith((".zip", "/")) or not path else f"{path}/"


def _client() -> S3Client:
    """Return an S3 client, anonymous if there are no credentials."""
    session = boto3.Session()
    config = Config(
        signature_version=None if session.get_credentials() else UNSIGNED,
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=10,
        read_timeout=30,
        # Checksums of whole objects say nothing of a range; size and ETag are checked here.
        response_checksum_validation="when_required",
    )
    try:
        return session.client("s3", config=config)
    except ValueError as error:
        raise TickitError(f"{error}: AWS_ENDPOINT_URL must look like http://127.0.0.1:9000.") from error


def _look_up(client: S3Client, bucket: str, keys: list[str], url: str) -> list[Remote]:
    """Find all the objects before the first is fetched, so that a missing one is reported at once."""
    remotes, missing = [], []
    for key in keys:
        try:
            remotes.append(_remote(client, bucket, key))
        except exceptions.ClientError as error:
            if _code(error) != "NoSuchKey":
                raise
            missing.append(key.rpartition("/")[2])
    if not remotes:
        raise TickitError(f"there is nothing to fetch at {url}: no {', no '.join(missing)}. {WHERE_TO_FIND_THEM}")
    if missing:
        raise TickitError(f"{url} lacks {', '.join(missing)}. {WHERE_TO_FIND_THEM}")
    return remotes


def _remote(client: S3Client, bucket: str, key: str) -> Remote:
    """Ask for size and version of an object.

    By a GET of one byte: the answer to a HEAD has no body, and so cannot say why it refuses. Listing the bucket would
    need a permission that reading does not.
    """
    answer = client.get_object(Bucket=bucket, Key=key, Range="bytes=0-0")
    answer["Body"].close()
    etag = answer["ETag"]
    is_md5 = re.fullmatch('"[0-9a-f]{32}"', etag) and answer.get("ServerSideEncryption", "AES256") == "AES256"
    size = int(answer["ContentRange"].rpartition("/")[2])
    return Remote(bucket, key, size, etag, md5=etag.strip('"') if is_md5 else None)


def _download(client: S3Client, remote: Remote, target: Path, progress: Progress) -> None:
    """Bring ``target`` to the version ``remote``, going on with what is there of it."""
    part, version = (target.with_name(f"{target.name}.{ending}") for ending in ("part", "etag"))
    progress.start(target.name, remote.size)
    if not version.exists() or version.read_text(encoding="utf-8") != remote.etag:
        for outdated in (target, part):
            outdated.unlink(missing_ok=True)
        version.write_text(remote.etag, encoding="utf-8")
    if target.exists() and _is_intact(target, remote):
        progress.done(target.name, f"{remote.size:,} bytes, there already")
        return
    progress.step(target.name, _size(part))
    trouble = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        try:
            _go_on(client, remote, part, progress)
        except exceptions.BotoCoreError as error:
            trouble = str(error)
            continue
        if _is_intact(part, remote):
            part.replace(target)
            progress.done(target.name, f"{remote.size:,} bytes")
            return
        part.unlink()
        trouble = "size or MD5 are not those of the object"
    raise TickitError(
        f"the download of {target.name} failed {_ATTEMPTS} times ({trouble}). What is there is kept: run the same "
        "command again to go on."
    )


def _go_on(client: S3Client, remote: Remote, part: Path, progress: Progress) -> None:
    """Append to ``part`` what it lacks of ``remote``."""
    there = _size(part)
    if there >= remote.size:
        return
    answer = client.get_object(Bucket=remote.bucket, Key=remote.key, Range=f"bytes={there}-", IfMatch=remote.etag)
    with part.open("ab") as file:
        for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
            file.write(chunk)
            progress.step(remote.name, len(chunk))


def _size(part: Path) -> int:
    """Return the bytes that are there so far."""
    return part.stat().st_size if part.exists() else 0


def _is_intact(path: Path, remote: Remote) -> bool:
    """Compare size and, where it is known, MD5."""
    if path.stat().st_size != remote.size:
        return False
    if remote.md5 is None:
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == remote.md5


def _code(error: exceptions.ClientError) -> str:
    """Return the name that S3 gives to what went wrong."""
    return error.response["Error"]["Code"]


def _explained(error: exceptions.ClientError, url: str) -> str:
    """Say in one line what S3 refuses, and what to do."""
    match _code(error):
        case "NoSuchBucket":
            return f"there is no bucket of the name in {url}. {WHERE_TO_FIND_THEM}"
        case "AccessDenied" | "403":
            return (
                f"S3 denies access to {url}. Without AWS credentials only public buckets can be read; with them, they "
                "must allow s3:GetObject there. S3 says the same of a file that is not there."
            )
        case "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "ExpiredToken" | "InvalidToken":
            return f"S3 does not accept the AWS credentials for {url}: {error}. Renew them, or unset them."
        case "InvalidRange":
            return f"a file at {url} is empty. {WHERE_TO_FIND_THEM}"
        case "PreconditionFailed":
            return f"a file at {url} has changed during the download: run the same command again."
        case other:
            return cause(other, url) or f"S3 refuses {url}: {error}."
