"""The same on s3://, against a server on this machine."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import duckdb
import pytest
from duckdb_extensions import import_extension
from moto.server import ThreadedMotoServer

if TYPE_CHECKING:
    from conftest import Weather


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A bucket called weather; the profile's target s3 finds its server and DuckDB's httpfs."""
    extensions = tmp_path_factory.mktemp("extensions")
    with duckdb.connect(config={"extension_directory": str(extensions)}) as connection:
        import_extension("httpfs", con=connection)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("WEATHER_EXTENSIONS", str(extensions))
    monkeypatch.setenv("WEATHER_S3", f"{host}:{port}")
    session = boto3.Session(aws_access_key_id="nobody", aws_secret_access_key="nothing", region_name="us-east-1")
    client = session.client("s3", endpoint_url=f"http://{host}:{port}")
    client.create_bucket(Bucket="weather")
    yield client
    server.stop()


def test_a_partitioned_table_on_s3(weather: Weather, bucket: object) -> None:
    def put(key: str, content: bytes) -> None:
        bucket.put_object(Bucket="weather", Key=key, Body=content)

    put("raw/reading/month=2024-01/r.txt", b"station|value\n1|a\n")
    put("raw/reading/month=2024-02/r.txt", b"station|value\n2|\xe9\n")
    put("raw/reading/month=2024-02/_SUCCESS", b"")
    # What the S3 console makes of an empty folder.
    put("raw/reading/month=2024-01/", b"")
    put("raw/reading/month=2024-03/r.txt", b"station|value\n3|c\n")
    table = weather.table(
        "reading",
        "station",
        "value",
        location="s3://weather/raw/reading",
        partitions=[weather.months("2024-01", "2024-02")],
    )
    weather.declare(table)
    # An object of the last two seconds is read again in the next staging: S3 tells times in whole seconds.
    time.sleep(2.1)
    staged = weather.stage("--target", "s3")
    assert staged.success, staged.error
    assert staged.line("raw.reading") == "created (2 partitions)"
    assert "month=2024-03/" in staged.warnings[0]
    assert weather.stage("--target", "s3").ddl == []
    assert weather.dbt(
        "run-operation", "say_rows", "--target", "s3", "--args", "{table: weather_external.reading}"
    ).lines == [
        "1 a 2024-01 s3://weather/raw/reading/month=2024-01/r.txt",
        "2 None 2024-02 s3://weather/raw/reading/month=2024-02/r.txt",
    ]

    weather.declare({**table, "external": {**table["external"], "location": "s3://weather/raw/nowhere/"}})
    assert "no files under s3://weather/raw/nowhere/" in weather.stage("--target", "s3").error


def test_odd_keys_are_read_or_named(weather: Weather, bucket: object) -> None:
    names = ["a*b.txt", "[1].txt", "100%.txt", "a b.txt", "c+d.txt", "e#f.txt", "ü.txt", "o'clock.txt", "x", "&lt;.txt"]
    for name in names:
        bucket.put_object(Bucket="weather", Key=f"raw/st[a]tion/{name}", Body=b"id\n1\n")
    table = weather.table("station", "id", location="s3://weather/raw/st[a]tion/")
    weather.declare(table)
    staged = weather.stage("--target", "s3")
    assert staged.success, staged.error
    said = weather.dbt("run-operation", "say_rows", "--target", "s3", "--args", "{table: weather_external.station}")
    assert sorted(said.lines) == sorted(f"1 s3://weather/raw/st[a]tion/{name}" for name in names), said.error

    bucket.put_object(Bucket="weather", Key="raw/st[a]tion/what?.txt", Body=b"id\n1\n")
    error = weather.stage("--target", "s3").error
    assert "what?.txt: has a ? in its key" in error


def test_a_bucket_that_is_not_there_is_one_sentence(weather: Weather, bucket: object) -> None:
    weather.declare(weather.table("station", "id", location="s3://nowhere/raw/station/"))
    error = weather.stage("--target", "s3").error
    assert "s3://nowhere/raw/station/: there is no bucket nowhere. Correct `location` in the YAML." in error
    assert "1 problem;" in error
    assert "HTTP" not in error


def test_an_object_that_is_written_again_at_once_has_another_version(weather: Weather, bucket: object) -> None:
    columns = (("path", "varchar(1024)"), "size_bytes", "modified_at", ("version", "varchar(64)"))
    weather.declare(
        weather.table("file", *columns, location="s3://weather/inventory/", inventory_of="s3://weather/versions/")
    )
    versions = []
    for body in (b"1", b"2"):
        bucket.put_object(Bucket="weather", Key="versions/station/s.txt", Body=body)
        assert weather.stage("--target", "s3").success
        (row,) = weather.rows("select path, size_bytes, version from weather_external.file")
        versions.append(row)
        said = weather.dbt("run-operation", "say_files_not_as_staged", "--target", "s3")
        assert said.success, said.error
        assert said.lines == []
    assert versions[0][:2] == versions[1][:2] == ("versions/station/s.txt", "1")
    assert versions[0] != versions[1]
