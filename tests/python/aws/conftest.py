"""An AWS on loopback, by moto: S3, and CloudFormation as far as buckets go. It has no Redshift Serverless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import boto3
import botocore.loaders
import botocore.session
import pytest
from boto3 import Session
from botocore.client import BaseClient
from moto.server import ThreadedMotoServer

LOADER = botocore.loaders.create_loader()  # keeps the descriptions of services, which take long to read


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of nobody, and no network but the loopback."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def quick_session() -> Session:
        session = botocore.session.Session()
        session.register_component("data_loader", LOADER)
        return Session(botocore_session=session)

    monkeypatch.setattr("scripts.core.s3.boto3.Session", quick_session)
    monkeypatch.setattr(boto3, "client", lambda service: quick_session().client(service))


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An AWS with nothing in it; its address."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    yield moto
    urlopen(f"{moto}/moto-api/reset", data=b"").close()  # noqa: S310 - the address is moto's


@pytest.fixture
def s3(aws: str) -> BaseClient:
    """S3 with an empty bucket ``lakehouse``."""
    client = boto3.client("s3")
    client.create_bucket(Bucket="lakehouse")
    return client


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A lake of four files, one hidden."""
    folder = tmp_path / "lake"
    for name, content in {
        "raw_tickit_data/category/category.txt": "catid\n1\n",
        "raw_tickit_data/sale/sale_month=2008-01/sale.txt": "salesid\n" + "1\n" * 1000,
        "raw_tickit_data/sale/sale_month=2008-02/sale.txt": "salesid\n2\n",
        "raw_tickit_data/sale/.DS_Store": "no data",
        "lake.json": "{}",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder
