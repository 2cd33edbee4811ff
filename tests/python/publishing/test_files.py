"""A file is put in place complete or not at all: its readers see the old one or the new one."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scripts.core.errors import TickitError
from scripts.publishing.files import put
from tests.python.publishing.conftest import BUCKET, Server, fails, stalls

KEY = "published/rpt_x/rpt_x.parquet"
VERSIONS = 10
ROWS = 2_000


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A finished file of three parts of an upload."""
    file = tmp_path / "new.part"
    file.write_bytes(b"new" * 7_000_000)
    return file


@pytest.fixture
def old(aws: Server, lake_in_s3: str) -> str:
    """Where a file is already; its content is ``old``."""
    aws.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=b"old")
    return f"s3://{BUCKET}/{KEY}"


def test_a_file_of_many_parts_replaces_the_old_one(aws: Server, old: str, new: Path) -> None:
    put(new, old, timeout=10)
    assert aws.published()[KEY] == b"new" * 7_000_000
    assert not new.exists()


@pytest.mark.parametrize(
    "trouble",
    # POST begins the upload, and ends it when all parts are there.
    [fails("PUT", KEY, after=1), fails("POST", KEY, after=1)],
    ids=["in the middle", "at the end"],
)
def test_an_upload_that_breaks_off_leaves_the_old_file_and_nothing_else(
    aws: Server, old: str, new: Path, trouble: Callable[[str, str], int | None]
) -> None:
    aws.trouble = trouble
    with pytest.raises(TickitError, match=f"AWS is busy, or fails for the moment .InternalError.*: {old}"):
        put(new, old, timeout=10)
    assert aws.published()[KEY] == b"old"
    assert aws.client("s3").list_multipart_uploads(Bucket=BUCKET).get("Uploads", []) == []
    assert not new.exists()


def test_a_server_that_says_nothing_is_given_up(aws: Server, old: str, tmp_path: Path) -> None:
    file = tmp_path / "new.part"
    file.write_bytes(b"new")
    aws.trouble = stalls("PUT", KEY)
    with pytest.raises(TickitError, match=f"cannot reach AWS for {old}: Read timeout"):
        put(file, old, timeout=1)
    aws.trouble = lambda _method, _path: None
    assert aws.published()[KEY] == b"old"
    assert not file.exists()


def test_a_file_is_moved_into_a_folder_that_is_made(tmp_path: Path, new: Path) -> None:
    place = tmp_path / "lake" / "published" / "rpt_x" / "rpt_x.parquet"
    put(new, str(place), timeout=1)
    assert place.stat().st_size == 21_000_000
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    assert not new.exists()


@pytest.mark.parametrize("is_remote", [False, True], ids=["folder", "s3"])
def test_a_reader_sees_the_old_file_or_the_new_one(aws: Server, old: str, tmp_path: Path, is_remote: bool) -> None:
    place, s3 = tmp_path / "rpt_x.parquet", aws.client("s3")
    location = old if is_remote else str(place)
    _publish(0, location, tmp_path)
    enough = threading.Event()

    def publish() -> None:
        for version in count(1):
            if enough.is_set():
                return
            _publish(version, location, tmp_path)

    writer = threading.Thread(target=publish)
    writer.start()
    seen = []
    try:
        while len(set(seen)) < VERSIONS:
            content = s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() if is_remote else place.read_bytes()
            versions = pq.read_table(io.BytesIO(content))["version"].to_pylist()
            assert len(versions) == ROWS
            seen += set(versions)
    finally:
        enough.set()
        writer.join()
    assert seen == sorted(seen), "an older file came back"


def _publish(version: int, location: str, folder: Path) -> None:
    file = folder / "unfinished"
    # Not compressed, so that it takes a while.
    pq.write_table(pa.table({"version": [version] * ROWS}), file, compression="none", use_dictionary=False)
    put(file, location, timeout=10)
