"""The inventory of a lake: its files, by name, size and time, in a folder and in S3."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import boto3
import pytest
from botocore.client import BaseClient
from moto.server import ThreadedMotoServer

from scripts.lake import inventory
from scripts.lake.inventory import NAME, files_in_s3
from tests.python.tickit import inventory as main

HEADER = "path|size_bytes|modified_at|version\n"
HIDDEN = (".sale.txt.part", "_SUCCESS", "#sale", "sale.txt~")


def put(lake: Path, name: str, content: str, *when: int) -> None:
    """Write a file of the raw zone, as old as a time in UTC."""
    file = lake / "raw_tickit_data" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    seconds = datetime(*when, tzinfo=UTC).timestamp()
    os.utime(file, (seconds, seconds))


def test_a_line_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "sale/sale_month=2008-01/sale.txt", "saleid\n1\n", 2024, 7, 1, 23, 59, 58, 999999)
    put(tmp_path, "category/é o'clock.txt", "", 2024, 1, 1)
    for name in HIDDEN:
        put(tmp_path, f"sale/{name}", "no data", 2025, 1, 1)
    assert main([str(tmp_path)]) == 0
    written = (tmp_path / NAME).read_text(encoding="utf-8")
    assert all(len(line.rpartition("|")[2]) <= 64 for line in written.splitlines())
    assert re.sub(r"\|\d{19}-\d{19}-\d+$", "", written, flags=re.MULTILINE) == HEADER + (
        "raw_tickit_data/category/é o'clock.txt|0|2024-01-01 00:00:00.000000\n"
        "raw_tickit_data/sale/sale_month=2008-01/sale.txt|9|2024-07-01 23:59:58.000000\n"
    )
    assert "2 files, 9 bytes, the newest of 2024-07-01 23:59:58 UTC" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / NAME).parent.iterdir()] == ["files.txt"]


def test_written_again_it_is_the_lake_of_now(tmp_path: Path) -> None:
    put(tmp_path, "sale/a.txt", "1", 2024, 1, 1)
    main([str(tmp_path)])
    first = (tmp_path / NAME).read_bytes()
    main([str(tmp_path)])
    assert (tmp_path / NAME).read_bytes() == first
    (tmp_path / "raw_tickit_data" / "sale" / "a.txt").unlink()
    main([str(tmp_path)])
    assert (tmp_path / NAME).read_text() == HEADER


def version_of(lake: Path) -> str:
    """The version of the only file of the lake."""
    assert main([str(lake)]) == 0
    (line,) = (lake / NAME).read_text().splitlines()[1:]
    return line.rpartition("|")[2]


def test_every_replacement_in_a_folder_is_another_version(tmp_path: Path) -> None:
    """Of the same size and, as far as anybody can set it, of the same time."""
    when = (2024, 1, 1)
    put(tmp_path, "sale/a.txt", "376.00", *when)
    seen = [version_of(tmp_path)]
    put(tmp_path, "sale/a.txt", "999.99", *when)
    seen.append(version_of(tmp_path))
    put(tmp_path, "sale/.new", "111.11", *when)
    (tmp_path / "raw_tickit_data/sale/.new").replace(tmp_path / "raw_tickit_data/sale/a.txt")
    seen.append(version_of(tmp_path))
    assert len(set(seen)) == 3
    assert version_of(tmp_path) == seen[-1]


def test_a_lake_without_a_raw_zone_has_no_files(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    assert (tmp_path / NAME).read_text() == HEADER


def test_no_lake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere")]) == 1
    assert "there is no lake at" in capsys.readouterr().err


def test_a_name_that_cannot_be_listed_leaves_the_old_inventory(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(tmp_path)])
    put(tmp_path, "sale/a|b.txt", "1", 2024, 1, 1)
    assert main([str(tmp_path)]) == 1
    assert "Rename the file" in capsys.readouterr().err
    assert (tmp_path / NAME).read_text() == HEADER


def test_a_link_to_a_folder_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, "sale/a.txt", "1", 2024, 1, 1)
    (tmp_path / "raw_tickit_data" / "again").symlink_to(tmp_path / "raw_tickit_data" / "sale")
    assert main([str(tmp_path)]) == 1
    assert "raw_tickit_data/again is a link to a folder" in capsys.readouterr().err
    assert not (tmp_path / NAME).exists()


# In S3


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseClient]:
    """S3 on loopback with an empty bucket ``lakehouse``."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3")
    client.create_bucket(Bucket="lakehouse")
    yield client
    # moto's buckets outlive its server.
    urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()  # noqa: S310 - the address is moto's
    server.stop()


@pytest.mark.parametrize(("lake", "prefix"), [("s3://lakehouse", ""), ("s3://lakehouse/some/lake/", "some/lake/")])
def test_in_s3(s3: BaseClient, lake: str, prefix: str) -> None:
    key = "raw_tickit_data/sale/sale_month=2008-01/sale.txt"
    s3.put_object(Bucket="lakehouse", Key=prefix + key, Body=b"12345")
    for name in (*HIDDEN, ""):
        s3.put_object(Bucket="lakehouse", Key=f"{prefix}raw_tickit_data/sale/{name}", Body=b"")
    s3.put_object(Bucket="lakehouse", Key=f"{prefix}published/x.parquet", Body=b"1")
    assert main([lake]) == 0
    found = s3.head_object(Bucket="lakehouse", Key=prefix + key)
    when, tag = found["LastModified"], found["ETag"].strip('"')
    written = s3.get_object(Bucket="lakehouse", Key=prefix + NAME)["Body"].read().decode()
    assert written == f"{HEADER}{key}|5|{when:%Y-%m-%d %H:%M:%S}.000000|{tag}\n"


def test_every_replacement_in_s3_is_another_version(s3: BaseClient) -> None:
    def version_after(content: bytes) -> str:
        s3.put_object(Bucket="lakehouse", Key="raw_tickit_data/sale/a.txt", Body=content)
        (file,) = files_in_s3(s3, "lakehouse", "")
        return file.version

    first = version_after(b"376.00")
    assert version_after(b"999.99") != first
    assert version_after(b"376.00") == first


def test_without_an_etag_a_young_object_is_listed_again(s3: BaseClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within its second it can be replaced by another of the same size; two seconds later it cannot."""
    of_a_server_with_etags = inventory._version_in_s3

    def of_a_server_without(found: dict[str, object]) -> str:
        return of_a_server_with_etags({name: value for name, value in found.items() if name != "ETag"})

    monkeypatch.setattr(inventory, "_version_in_s3", of_a_server_without)
    s3.put_object(Bucket="lakehouse", Key="raw_tickit_data/sale/a.txt", Body=b"376.00")
    young = {files_in_s3(s3, "lakehouse", "")[0].version for _ in range(3)}
    assert len(young) == 3
    monkeypatch.setattr(inventory, "_TOO_YOUNG", timedelta(0))
    old = {files_in_s3(s3, "lakehouse", "")[0].version for _ in range(3)}
    assert len(old) == 1
    assert not old & young


@pytest.mark.soak
def test_more_files_than_one_answer_lists(s3: BaseClient) -> None:
    for number in range(1001):
        s3.put_object(Bucket="lakehouse", Key=f"raw_tickit_data/sale/{number:05}.txt", Body=b"")
    assert main(["s3://lakehouse"]) == 0
    written = s3.get_object(Bucket="lakehouse", Key=NAME)["Body"].read().decode()
    assert len(written.splitlines()) == 1002
