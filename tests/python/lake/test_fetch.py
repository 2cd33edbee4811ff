"""Fetching from S3: against moto, and against a small server that breaks off and refuses, which moto does not."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.request import urlopen

import boto3
import botocore.loaders
import botocore.session
import pytest
from boto3 import Session
from botocore.client import BaseClient
from moto.server import ThreadedMotoServer

from scripts.core.errors import TickitError
from scripts.core.progress import Silent
from scripts.lake import fetch
from scripts.lake.fetch import fetch_originals
from tests.python.lake.originals_fixture import FILES, LAKE, ROWS, read_lake
from tests.python.tickit import TICKIT
from tests.python.tickit import make_lake as main

SALES = "sales_tab.txt"
LOADER = botocore.loaders.create_loader()  # keeps the description of S3, which takes long to read


class Told(Silent):
    """Keeps the messages to the user, and counts steps."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}
        self.steps: dict[str, int] = {}

    def step(self, what: str, steps: int = 1) -> None:
        self.steps[what] = self.steps.get(what, 0) + steps

    def done(self, what: str, message: str) -> None:
        self.messages[what] = message


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credentials, no region and no network but the loopback; no pause between attempts, no waiting for boto3."""

    def quick_session() -> Session:
        session = botocore.session.Session()
        session.register_component("data_loader", LOADER)
        return Session(botocore_session=session)

    monkeypatch.setattr(fetch.boto3, "Session", quick_session)
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(fetch, "_FIRST_PAUSE_SECONDS", 0)


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3(moto: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BaseClient]:
    """A bucket ``aws`` with the seven files under ``tickit/``, public as AWS's are, by moto."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    client = boto3.client("s3", aws_access_key_id="x", aws_secret_access_key="x", region_name="us-east-1")
    client.create_bucket(Bucket="aws")
    for name, content in FILES.items():
        client.put_object(Bucket="aws", Key=f"tickit/{name}", Body=content, ACL="public-read")
    yield client
    urlopen(f"{moto}/moto-api/reset", data=b"").close()  # noqa: S310 - the address is moto's


def fetched(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".etag"}


# By moto: whole fetches, and what is there already


@pytest.mark.parametrize("url", ["s3://aws/tickit/", "s3://aws/tickit"])
def test_seven_files_under_a_prefix(s3: BaseClient, tmp_path: Path, url: str) -> None:
    told = Told()
    assert fetch_originals(url, tmp_path / "lake" / "originals", told) == tmp_path / "lake" / "originals"
    assert fetched(tmp_path / "lake" / "originals") == FILES
    assert told.steps == {name: len(content) for name, content in FILES.items()}
    assert told.messages[SALES] == f"{len(FILES[SALES])} bytes"


def test_seven_files_in_a_bucket_without_a_prefix(s3: BaseClient, tmp_path: Path) -> None:
    for name, content in FILES.items():
        s3.put_object(Bucket="aws", Key=name, Body=content, ACL="public-read")
    fetch_originals("s3://aws", tmp_path, Silent())
    assert fetched(tmp_path) == FILES


def test_a_zip(s3: BaseClient, tmp_path: Path) -> None:
    s3.put_object(Bucket="aws", Key="a/tickitdb.zip", Body=b"PK", ACL="public-read")
    assert fetch_originals("s3://aws/a/tickitdb.zip", tmp_path, Silent()) == tmp_path / "tickitdb.zip"
    assert fetched(tmp_path) == {"tickitdb.zip": b"PK"}


def test_what_is_complete_is_not_fetched_again(s3: BaseClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_originals("s3://aws/tickit/", tmp_path, Silent())
    monkeypatch.delattr(fetch, "_go_on")
    told = Told()
    fetch_originals("s3://aws/tickit/", tmp_path, told)
    assert told.messages[SALES].endswith("there already")


def test_a_changed_object_is_fetched_anew(s3: BaseClient, tmp_path: Path) -> None:
    fetch_originals("s3://aws/tickit/", tmp_path, Silent())
    changed = FILES[SALES].replace(b"728", b"729")
    s3.put_object(Bucket="aws", Key=f"tickit/{SALES}", Body=changed, ACL="public-read")
    fetch_originals("s3://aws/tickit/", tmp_path, Silent())
    assert fetched(tmp_path) == FILES | {SALES: changed}


def test_nothing_is_kept_of_an_object_that_has_changed(s3: BaseClient, tmp_path: Path) -> None:
    # Uploaded in parts and of the same size, so that neither MD5 nor size could find out what is old.
    key = {"Bucket": "aws", "Key": f"tickit/{SALES}"}
    arguments = key | {"UploadId": s3.create_multipart_upload(**key, ACL="public-read")["UploadId"]}
    etag = s3.upload_part(**arguments, PartNumber=1, Body=b"1234567890")["ETag"]
    s3.complete_multipart_upload(**arguments, MultipartUpload={"Parts": [{"ETag": etag, "PartNumber": 1}]})
    (tmp_path / f"{SALES}.part").write_bytes(b"old")
    (tmp_path / SALES).write_bytes(b"0987654321")
    (tmp_path / f"{SALES}.etag").write_text('"0123456789abcdef0123456789abcdef"')
    fetch_originals("s3://aws/tickit/", tmp_path, Silent())
    assert fetched(tmp_path) == FILES | {SALES: b"1234567890"}


def test_a_damaged_file_is_fetched_anew(s3: BaseClient, tmp_path: Path) -> None:
    fetch_originals("s3://aws/tickit/", tmp_path, Silent())
    (tmp_path / SALES).write_bytes(FILES[SALES].replace(b"728", b"729"))
    fetch_originals("s3://aws/tickit/", tmp_path, Silent())
    assert fetched(tmp_path) == FILES


def test_missing_files_are_told_before_the_first_is_fetched(s3: BaseClient, tmp_path: Path) -> None:
    s3.delete_object(Bucket="aws", Key=f"tickit/{SALES}")
    with pytest.raises(TickitError, match=r"^s3://aws/tickit/ lacks sales_tab.txt\. AWS keeps all seven"):
        fetch_originals("s3://aws/tickit/", tmp_path / "originals", Silent())
    assert not (tmp_path / "originals").exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("s3://aws/nothing/here/", "nothing to fetch at s3://aws/nothing/here/: no category_pipe.txt, no venue_pipe"),
        ("s3://aws/tickit/tickitdb.zip", "nothing to fetch at s3://aws/tickit/tickitdb.zip: no tickitdb.zip"),
        ("s3://no-such-bucket/tickit/", "there is no bucket of the name in s3://no-such-bucket/tickit/"),
        ("https://aws/tickit/", "is not an S3 address: write s3://bucket/folder/"),
        ("s3:///tickit/", "is not an S3 address: write s3://bucket/folder/"),
        ("s3://not a bucket/tickit/", "cannot read s3://not a bucket/tickit/: .*Invalid bucket name"),
    ],
)
def test_a_wrong_address(s3: BaseClient, tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(TickitError, match=message) as caught:
        fetch_originals(url, tmp_path, Silent())
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_public(s3: BaseClient, tmp_path: Path) -> None:
    s3.put_object_acl(Bucket="aws", Key=f"tickit/{SALES}", ACL="private")
    with pytest.raises(TickitError, match="S3 denies access to s3://aws/tickit/. Without AWS credentials only public"):
        fetch_originals("s3://aws/tickit/", tmp_path, Silent())
    assert fetched(tmp_path) == {}


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "127.0.0.1:1"])
def test_an_endpoint_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    with pytest.raises(TickitError, match="AWS_ENDPOINT_URL"):
        fetch_originals("s3://aws/tickit/", tmp_path, Silent())


def test_a_cache_that_cannot_be_written(s3: BaseClient, tmp_path: Path) -> None:
    (tmp_path / "originals").write_text("a file, not a folder")
    with pytest.raises(TickitError, match="cannot write to .*originals: File exists"):
        fetch_originals("s3://aws/tickit/", tmp_path / "originals", Silent())


# By a server that breaks off and refuses


class Unreliable(BaseHTTPRequestHandler):
    """Serves one object by S3's rules, as far as it gets."""

    protocol_version = "HTTP/1.1"
    content: ClassVar[bytes]
    etag: ClassVar[str]
    cuts: ClassVar[list[int]]
    flips: ClassVar[int]
    refusal: ClassVar[tuple[int, str] | None]
    requests: ClassVar[list[tuple[str, str | None]]]

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        cls = type(self)
        cls.requests.append((self.headers["Range"], self.headers["Authorization"]))
        if cls.refusal:
            self.refuse(*cls.refusal)
        elif self.headers["If-Match"] not in (None, cls.etag):
            self.refuse(412, "PreconditionFailed")
        else:
            first, last = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers["Range"]).groups()
            self.serve(int(first), int(last or len(cls.content) - 1))

    def refuse(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>No</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self, first: int, last: int) -> None:
        cls = type(self)
        body = cls.content[first : last + 1]
        self.send_response(206)
        self.send_header("ETag", cls.etag)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(cls.content)}")
        self.send_header("Content-Length", str(len(body)))
        if self.headers["x-amz-checksum-mode"]:
            # Some servers answer with the checksum of the whole object where a range is asked for.
            self.send_header("x-amz-checksum-crc32", "AAAAAA==")
        self.end_headers()
        if self.headers["If-Match"] and cls.cuts:
            body = body[: cls.cuts.pop(0)]
            self.close_connection = True
        if self.headers["If-Match"] and cls.flips:
            cls.flips -= 1
            body = b"?" + body[1:]
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Unreliable]]:
    class Handler(Unreliable):
        content = bytes(range(256)) * 40
        etag = f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
        cuts: ClassVar[list[int]] = []
        flips = 0
        refusal = None
        requests: ClassVar[list[tuple[str, str | None]]] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{http.server_port}")
        yield Handler
        http.shutdown()


URL = "s3://aws/tickitdb.zip"


def ranges(server: type[Unreliable]) -> list[str]:
    return [requested for requested, _ in server.requests[1:]]


def test_a_broken_stream_is_gone_on_with(server: type[Unreliable], tmp_path: Path) -> None:
    server.cuts = [1000, 500]
    told = Told()
    fetch_originals(URL, tmp_path, told)
    assert fetched(tmp_path) == {"tickitdb.zip": server.content}
    assert ranges(server) == ["bytes=0-", "bytes=1000-", "bytes=1500-"]
    assert told.steps == {"tickitdb.zip": len(server.content)}


def test_the_next_run_goes_on_where_this_one_ended(server: type[Unreliable], tmp_path: Path) -> None:
    server.cuts = [1000, 0, 0, 0, 0]
    with pytest.raises(TickitError, match=r"failed 5 times .* run the same command again to go on"):
        fetch_originals(URL, tmp_path, Silent())
    assert fetched(tmp_path) == {"tickitdb.zip.part": server.content[:1000]}
    server.requests.clear()
    told = Told()
    fetch_originals(URL, tmp_path, told)
    assert fetched(tmp_path) == {"tickitdb.zip": server.content}
    assert ranges(server) == ["bytes=1000-"]
    assert told.steps == {"tickitdb.zip": len(server.content)}


def test_a_part_that_is_all_there_only_needs_its_name(server: type[Unreliable], tmp_path: Path) -> None:
    (tmp_path / "tickitdb.zip.part").write_bytes(server.content)
    (tmp_path / "tickitdb.zip.etag").write_text(server.etag)
    fetch_originals(URL, tmp_path, Silent())
    assert fetched(tmp_path) == {"tickitdb.zip": server.content}
    assert ranges(server) == []


def test_a_part_that_is_too_long_is_fetched_anew(server: type[Unreliable], tmp_path: Path) -> None:
    server.etag = '"0123456789abcdef0123456789abcdef-2"'
    (tmp_path / "tickitdb.zip.part").write_bytes(server.content + b"?")
    (tmp_path / "tickitdb.zip.etag").write_text(server.etag)
    fetch_originals(URL, tmp_path, Silent())
    assert fetched(tmp_path) == {"tickitdb.zip": server.content}


def test_bytes_damaged_on_the_way_are_fetched_again(server: type[Unreliable], tmp_path: Path) -> None:
    server.flips = 2
    fetch_originals(URL, tmp_path, Silent())
    assert fetched(tmp_path) == {"tickitdb.zip": server.content}


def test_bytes_damaged_every_time_are_an_error(server: type[Unreliable], tmp_path: Path) -> None:
    server.flips = 5
    with pytest.raises(TickitError, match=r"tickitdb.zip failed 5 times \(size or MD5"):
        fetch_originals(URL, tmp_path, Silent())
    assert fetched(tmp_path) == {}


def test_an_object_that_changes_during_the_download(
    server: type[Unreliable], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = fetch._go_on

    def change_first(*arguments: object) -> None:
        server.etag = '"1"'
        go_on(*arguments)

    monkeypatch.setattr(fetch, "_go_on", change_first)
    with pytest.raises(TickitError, match="has changed during the download: run the same command again"):
        fetch_originals(URL, tmp_path, Silent())


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (403, "AccessDenied", "S3 denies access to s3://aws/tickitdb.zip. Without AWS credentials only public buckets"),
        (403, "InvalidAccessKeyId", "S3 does not accept the AWS credentials .* Renew them"),
        (400, "ExpiredToken", "S3 does not accept the AWS credentials .* Renew them"),
        (301, "PermanentRedirect", "is in another region: set AWS_DEFAULT_REGION"),
        (416, "InvalidRange", "a file at s3://aws/tickitdb.zip is empty"),
        (400, "Strange", "S3 refuses s3://aws/tickitdb.zip: .*Strange"),
    ],
)
def test_what_s3_refuses(server: type[Unreliable], tmp_path: Path, status: int, code: str, message: str) -> None:
    server.refusal = (status, code)
    with pytest.raises(TickitError, match=message) as caught:
        fetch_originals(URL, tmp_path, Silent())
    assert "\n" not in str(caught.value)


def test_access_is_anonymous_without_credentials_only(
    server: type[Unreliable], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch_originals(URL, tmp_path / "1", Silent())
    assert [authorization for _, authorization in server.requests] == [None, None]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    server.requests.clear()
    fetch_originals(URL, tmp_path / "2", Silent())
    assert all("AKIAEXAMPLE" in authorization for _, authorization in server.requests)


def test_a_profile_that_does_not_exist(
    server: type[Unreliable], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(TickitError, match=r"cannot read .*nobody"):
        fetch_originals(URL, tmp_path, Silent())


# Through the command line


def test_from_s3_to_the_lake(s3: BaseClient, tmp_path: Path) -> None:
    command = [*TICKIT, "lake", "--source", "s3://aws/tickit/", "--dest", str(tmp_path / "lake")]
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert read_lake(tmp_path / "lake") == LAKE
    assert json.loads((tmp_path / "lake" / "lake.json").read_text())["rows"] == ROWS


def test_from_a_zip_in_s3_to_the_lake(s3: BaseClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in FILES.items():
            file.writestr(name, content)
    s3.put_object(Bucket="aws", Key="tickitdb.zip", Body=archive.getvalue(), ACL="public-read")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert main(["--source", "s3://aws/tickitdb.zip", "--dest", str(tmp_path / "lake")]) == 0
    assert read_lake(tmp_path / "lake") == LAKE


def test_a_mistake_is_one_line_and_leaves_nothing(
    s3: BaseClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert main(["--source", "s3://no-such-bucket/tickit/", "--dest", str(tmp_path / "lake")]) == 1
    complaint = capsys.readouterr().err
    assert complaint.startswith("Error: there is no bucket of the name in s3://no-such-bucket/tickit/.")
    assert len(complaint.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
