"""An S3 and a Glue on this machine, which fail and stall on request."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from tests.python.tickit import upload

KEY = "right-key"
SECRET = "0f-no-use-to-anybody"
BUCKET = "tickit"


@dataclass
class Server:
    """moto behind a door: ``trouble`` sees each request (its method and path) and may answer in its place.

    What it answers is a status, or that and S3's code, or None to let the request through. Answers to GET of a path
    that ends with ``cuts`` break off in the middle.
    """

    url: str = ""
    trouble: Callable[[str, str], int | tuple[int, str] | None] = lambda _method, _path: None
    cuts: str = ""
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.seen.append(f"{method} {path}")
        if KEY not in environ.get("HTTP_AUTHORIZATION", ""):
            return _refusal(403, "InvalidAccessKeyId")(environ, start_response)
        if answer := self.trouble(method, path):
            status, code = answer if isinstance(answer, tuple) else (answer, "InternalError")
            return _refusal(status, code)(environ, start_response)
        answer = self._moto(environ, start_response)
        if self.cuts and method == "GET" and path.endswith(self.cuts):
            whole = b"".join(answer)
            return [whole[: len(whole) // 2]]
        return answer

    def empty(self) -> None:
        """Forget all that was stored, by whomever."""
        urlopen(Request(f"{self.url}/moto-api/reset", data=b"", headers={"Authorization": KEY})).close()  # noqa: S310

    def client(self, service: str) -> object:
        """Return a client that is let in."""
        session = boto3.Session(aws_access_key_id=KEY, aws_secret_access_key=SECRET, region_name="us-east-1")
        return session.client(service, endpoint_url=self.url)

    def published(self) -> dict[str, bytes]:
        """Return what readers see below published/, by key."""
        s3 = self.client("s3")
        found = s3.list_objects_v2(Bucket=BUCKET, Prefix="published/").get("Contents", [])
        return {entry["Key"]: s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read() for entry in found}


def _refusal(status: int, code: str) -> Response:
    body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>on request</Message></Error>"
    return Response(body, status=status, content_type="application/xml")


def fails(method: str, part: str, *, after: int = 0) -> Callable[[str, str], int | None]:
    """Return the trouble of a server that fails requests with this in the path, ``after`` so many that it answers."""
    served = 0

    def trouble(asked: str, path: str) -> int | None:
        nonlocal served
        if asked != method or part not in path:
            return None
        served += 1
        return 500 if served > after else None

    return trouble


def stalls(method: str, part: str, seconds: float = 3) -> Callable[[str, str], int | None]:
    """Return the trouble of a server that says nothing for a while, and then that it failed."""

    def trouble(asked: str, path: str) -> int | None:
        if asked != method or part not in path:
            return None
        time.sleep(seconds)
        return 503

    return trouble


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    """The server, started once."""
    app = Server()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    app.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield app
    server.shutdown()


@pytest.fixture(scope="session")
def settings(running: Server) -> dict[str, str]:
    """The environment that leads to the server."""
    return {
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": running.url,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def aws(running: Server, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server, well again after each test, and its environment."""
    _enter(settings, monkeypatch)
    yield running
    running.trouble, running.cuts = lambda _method, _path: None, ""


@pytest.fixture(scope="module")
def lake_in_s3(running: Server, settings: dict[str, str], lake: Path) -> Iterator[str]:
    """The small lake, uploaded as docs/redshift.md says.

    moto keeps one state a process, and tests of other folders may run between two modules: each begins with nothing.
    """
    running.empty()
    running.client("s3").create_bucket(Bucket=BUCKET)
    with pytest.MonkeyPatch.context() as patch:
        _enter(settings, patch)
        assert upload(["--lake", str(lake), "--to", f"s3://{BUCKET}"]) == 0
    yield f"s3://{BUCKET}"
    running.empty()


def _enter(settings: dict[str, str], patch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL_S3"):
        patch.delenv(name, raising=False)
    for name, value in settings.items():
        patch.setenv(name, value)
