"""The same on s3://, against a server on this machine."""

from __future__ import annotations

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
