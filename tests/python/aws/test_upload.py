"""The upload of a lake, against an S3 on loopback: whole, again, changed, interrupted, refused."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from botocore.client import BaseClient

from scripts.aws import upload
from scripts.core.errors import TickitError
from scripts.core.s3 import Place, place
from tests.python.tickit import TICKIT
from tests.python.tickit import upload as main

CATEGORY = "raw_tickit_data/category/category.txt"
JANUARY = "raw_tickit_data/sale/sale_month=2008-01/sale.txt"
INVENTORY = "inventory/files.txt"
FEBRUARY = "raw_tickit_data/sale/sale_month=2008-02/sale.txt"


def stored(s3: BaseClient) -> dict[str, bytes]:
    """What is in the bucket, but for the inventory."""
    keys = [found["Key"] for found in s3.list_objects_v2(Bucket="lakehouse").get("Contents", [])]
    return {
        key: s3.get_object(Bucket="lakehouse", Key=key)["Body"].read() for key in keys if not key.endswith(INVENTORY)
    }


def local(lake: Path) -> dict[str, bytes]:
    """What should be in the bucket."""
    return {name: (lake / name).read_bytes() for name in (CATEGORY, JANUARY, FEBRUARY)}


@pytest.fixture
def run(lake: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Upload the lake; return what was printed. The exit code has to be 0, or ``code``."""

    def run(*options: str, to: str = "s3://lakehouse", code: int = 0) -> str:
        assert main(["--lake", str(lake), "--to", to, *options]) == code
        printed = capsys.readouterr()
        return printed.err if code else printed.out

    return run


@pytest.mark.parametrize(("to", "prefix"), [("s3://lakehouse", ""), ("s3://lakehouse/some/folder/", "some/folder/")])
def test_the_lake_arrives_and_nothing_else(
    s3: BaseClient, lake: Path, run: Callable[..., str], to: str, prefix: str
) -> None:
    printed = run(to=to)
    assert stored(s3) == {prefix + name: content for name, content in local(lake).items()}
    assert printed.startswith("3 files, 2,026 bytes sent, 0 there already")
    assert f"export TICKIT_LAKE=s3://lakehouse{'/some/folder' if prefix else ''}\n" in printed


def test_the_inventory_is_of_what_s3_has(s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    # Years older than its arrival in S3; and a month that the lake does not have, and Redshift still reads.
    os.utime(lake / CATEGORY, (0, 0))
    dropped = "raw_tickit_data/sale/sale_month=2007-12/sale.txt"
    s3.put_object(Bucket="lakehouse", Key=dropped, Body=b"old")

    def listed() -> list[str]:
        return s3.get_object(Bucket="lakehouse", Key=INVENTORY)["Body"].read().decode().splitlines()[1:]

    def expected(*names: str) -> list[str]:
        about = {name: s3.head_object(Bucket="lakehouse", Key=name) for name in sorted(names)}
        return [
            f"{name}|{found['ContentLength']}|{found['LastModified']:%Y-%m-%d %H:%M:%S}.000000|"
            + found["ETag"].strip('"')
            for name, found in about.items()
        ]

    run()
    assert listed() == expected(CATEGORY, dropped, JANUARY, FEBRUARY)
    run("--delete")
    assert listed() == expected(CATEGORY, JANUARY, FEBRUARY)


def test_s3_keeps_the_checksum(s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    run()
    found = s3.head_object(Bucket="lakehouse", Key=JANUARY, ChecksumMode="ENABLED")
    digest = hashlib.sha256((lake / JANUARY).read_bytes()).digest()
    assert found["ChecksumSHA256"] == base64.b64encode(digest).decode()


def test_a_second_run_sends_nothing(s3: BaseClient, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    monkeypatch.setattr(upload.TransferManager, "upload", None)
    assert run().startswith("0 files, 0 bytes sent, 3 there already")


def test_a_changed_file_of_the_same_size_is_sent_again(s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    run()
    (lake / CATEGORY).write_text("catid\n2\n")
    assert run().startswith("1 file, 8 bytes sent, 2 there already")
    assert stored(s3) == local(lake)


def test_a_damaged_object_is_sent_again(s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    run()
    s3.put_object(Bucket="lakehouse", Key=CATEGORY, Body=b"catid\n?\n")
    assert run().startswith("1 file, 8 bytes sent, 2 there already")
    assert stored(s3) == local(lake)


def test_an_object_that_is_not_what_was_sent(
    s3: BaseClient, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What a service does that stores something else, or keeps no SHA-256.
    monkeypatch.setattr(upload, "_is_intact", lambda *_: False)
    assert re.search(r"s3://lakehouse/raw_tickit_data/\S+ is not what was sent", run(code=1))


def test_a_dry_run_changes_nothing(s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    s3.put_object(Bucket="lakehouse", Key="raw_tickit_data/sale/sale_month=2007-12/sale.txt", Body=b"old")
    before = stored(s3)
    printed = run("--dry-run", "--delete")
    assert stored(s3) == before
    assert f"would send    s3://lakehouse/{JANUARY}  2,008 bytes" in printed
    assert "would delete  s3://lakehouse/raw_tickit_data/sale/sale_month=2007-12/sale.txt" in printed
    assert "3 files, 2,026 bytes to send, 0 there already, 1 in S3 only. Nothing was changed." in printed


def test_a_dropped_month_stays_until_it_is_asked_to_go(s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    run()
    (lake / FEBRUARY).unlink()
    (lake / FEBRUARY).parent.rmdir()
    assert f"1 in S3 are not in this lake, and Redshift still reads them, {FEBRUARY} for one" in run()
    assert FEBRUARY in stored(s3)
    assert "1 that the lake does not have deleted." in run("--delete")
    assert sorted(stored(s3)) == [CATEGORY, JANUARY]


def test_only_what_the_lake_has_is_ever_deleted(s3: BaseClient, run: Callable[..., str]) -> None:
    # Python models may publish straight to S3, and a bucket may hold other things.
    for key in ("published/forecast/1.parquet", "raw_tickit_data_of_others/a.txt", "notes.txt"):
        s3.put_object(Bucket="lakehouse", Key=key, Body=b"x")
    run("--delete")
    assert len(stored(s3)) == 6


def test_what_is_published_goes_too(s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    (lake / "published" / "forecast").mkdir(parents=True)
    (lake / "published" / "forecast" / "1.parquet").write_bytes(b"PAR1")
    run()
    assert stored(s3)["published/forecast/1.parquet"] == b"PAR1"


def test_progress_counts_the_bytes(s3: BaseClient, lake: Path) -> None:
    plan = upload.plan_upload(s3, lake, Place("lakehouse", ""))
    steps: list[int] = []
    upload.send(s3, plan.missing, Place("lakehouse", ""), steps.append)
    assert sum(steps) == 2026


# Interrupted


class Slow(BaseHTTPRequestHandler):
    """An S3 that lists nothing, takes the category, and never answers for a sale, nor what it has."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
        self._answer(b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></ListBucketResult>')

    def do_PUT(self) -> None:  # noqa: N802
        type(self).puts.append(self.path)
        time.sleep(20 if "sale" in self.path else 0)
        self._answer(b"")

    def do_HEAD(self) -> None:  # noqa: N802
        time.sleep(20)

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def slow() -> Iterator[tuple[str, list[str]]]:
    class Handler(Slow):
        puts: list[str] = []  # noqa: RUF012

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Handler.puts
    server.shutdown()


def test_a_killed_run_goes_on(slow: tuple[str, list[str]], s3: BaseClient, lake: Path, run: Callable[..., str]) -> None:
    address, puts = slow
    command = [*TICKIT, "upload", "--lake", str(lake), "--to", "s3://lakehouse"]
    process = subprocess.Popen(command, env=os.environ | {"AWS_ENDPOINT_URL": address})
    deadline = time.monotonic() + 15
    while not any("sale" in path for path in puts) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    # What had arrived when it was killed, as the real S3 would have it: the category whole, of a sale nothing.
    s3.put_object(Bucket="lakehouse", Key=CATEGORY, Body=(lake / CATEGORY).read_bytes(), ChecksumAlgorithm="SHA256")
    assert run().startswith("2 files, 2,018 bytes sent, 1 there already")
    assert stored(s3) == local(lake)


def test_ctrl_c_is_told_and_what_has_arrived_stays(
    s3: BaseClient, lake: Path, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    is_intact = upload._is_intact

    def interrupted(s3: BaseClient, bucket: str, file: upload.File) -> bool:
        if file.key == JANUARY:
            raise KeyboardInterrupt
        return is_intact(s3, bucket, file)

    with monkeypatch.context() as patch:
        patch.setattr(upload, "_is_intact", interrupted)
        assert "Interrupted: what has arrived stays; run the same command again" in run(code=130)
    assert CATEGORY in stored(s3)
    run()
    assert stored(s3) == local(lake)


# Refused


def test_a_bucket_that_is_not_there(aws: str, run: Callable[..., str]) -> None:
    assert "there is no bucket of the name in s3://no-such-bucket. The stack's output Lake" in run(
        to="s3://no-such-bucket", code=1
    )


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", "127.0.0.1:1"])
def test_an_endpoint_that_does_not_answer(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, endpoint: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert "AWS_ENDPOINT_URL" in run(code=1)


def test_no_credentials(aws: str, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "there are no AWS credentials. Log in" in run(code=1)


class Refusing(BaseHTTPRequestHandler):
    """An S3 that refuses everything."""

    refusal = (403, "AccessDenied")

    def do_GET(self) -> None:  # noqa: N802
        status, name = type(self).refusal
        body = f"<Error><Code>{name}</Code><Message>no</Message></Error>".encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("status", "name", "message"),
    [
        (403, "AccessDenied", "AWS denies ListObjectsV2 on s3://lakehouse. Your identity lacks the permission"),
        (403, "SignatureDoesNotMatch", "AWS does not know the credentials: SignatureDoesNotMatch"),
        (400, "ExpiredToken", "the AWS credentials have expired: log in again"),
        (301, "PermanentRedirect", "the bucket of s3://lakehouse is in another region: set AWS_DEFAULT_REGION"),
        (400, "Strange", "AWS refuses s3://lakehouse: .*Strange"),
    ],
)
def test_what_s3_refuses(
    run: Callable[..., str], monkeypatch: pytest.MonkeyPatch, status: int, name: str, message: str
) -> None:
    handler = type("Handler", (Refusing,), {"refusal": (status, name)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        printed = run(code=1)
        server.shutdown()
    assert re.search(message, printed)
    assert len(printed.splitlines()) == 1


def test_a_lake_that_is_not_there(s3: BaseClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lake", str(tmp_path / "nothing"), "--to", "s3://lakehouse"]) == 1
    assert "nothing: it has no folder raw_tickit_data. Make one with: make lake" in capsys.readouterr().err


def test_a_lake_without_files(s3: BaseClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "raw_tickit_data").mkdir()
    assert main(["--lake", str(tmp_path), "--to", "s3://lakehouse", "--delete"]) == 1
    assert "is empty. Make it again" in capsys.readouterr().err


def test_a_file_that_s3_cannot_take(s3: BaseClient, run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "_MOST_BYTES", 2000)
    assert "has 2,008 bytes, and S3 takes at most" in run(code=1)
    assert stored(s3) == {}


@pytest.mark.parametrize("url", ["lakehouse", "https://lakehouse/", "s3://", "s3:///folder"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(TickitError, match="is not an S3 address: write s3://bucket"):
        place(url)
