"""DuckDB's way to a lake in S3: whose credentials, which errors, and nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import boto3
import duckdb
import pytest
from botocore.credentials import Credentials

from scripts.core.duckdb_errors import without_values
from scripts.core.errors import TickitError
from scripts.lake.access import Access
from tests.python.publishing.conftest import BUCKET, KEY, SECRET, Server, fails, stalls

READ = f"select count(distinct content) from read_text('s3://{BUCKET}/raw_tickit_data/sale/*/*')"


def _let_in(lake: str, timeout: int = 5) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    Access(lake, timeout).give(connection)
    return connection


def test_credentials_of_the_environment_lead_in(aws: Server, lake_in_s3: str) -> None:
    assert _let_in(lake_in_s3).execute(READ).fetchone() == (12,)


def test_credentials_of_a_profile_lead_in(
    aws: Server, lake_in_s3: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    file = tmp_path / "credentials"
    file.write_text(f"[lakehouse]\naws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "lakehouse")
    assert _let_in(lake_in_s3).execute(READ).fetchone() == (12,)


def test_credentials_that_boto3_renews_are_handed_over(
    aws: Server, lake_in_s3: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = Credentials(KEY, SECRET, "first-token")
    monkeypatch.setattr(boto3.Session, "get_credentials", lambda _session: credentials)
    connection, access = duckdb.connect(), Access(lake_in_s3, 5)
    access.give(connection)
    credentials.access_key = f"{KEY}-of-the-next-hour"
    access.renew(connection.cursor())
    (secret,) = connection.execute("select secret_string from duckdb_secrets()").fetchone()
    assert f"key_id={KEY}-of-the-next-hour" in secret
    assert connection.execute(READ).fetchone() == (12,)


def test_secrets_are_not_shown_and_not_kept(aws: Server, lake_in_s3: str) -> None:
    found = _let_in(lake_in_s3).execute("select persistent, secret_string from duckdb_secrets()").fetchall()
    assert [persistent for persistent, _ in found] == [False]
    assert SECRET not in str(found)


def test_httpfs_comes_from_its_wheel_and_nothing_is_downloaded(aws: Server, lake_in_s3: str, tmp_path: Path) -> None:
    connection = duckdb.connect(config={"extension_directory": str(tmp_path)})
    Access(lake_in_s3, 5).give(connection)
    assert connection.execute(READ).fetchone() == (12,)
    assert list(tmp_path.iterdir()) == []
    # What no wheel has is missing at once: DuckDB does not try to fetch it.
    assert connection.execute("select current_setting('autoinstall_known_extensions')").fetchone() == (False,)
    with pytest.raises(duckdb.Error, match="spatial"):
        connection.execute("select st_point(1, 2)")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "url", "says"),
    [
        ({"AWS_ACCESS_KEY_ID": "wrong"}, "s3://tickit", "does not know the credentials: InvalidAccessKeyId"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "s3://tickit", "there are no AWS credentials"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "s3://tickit", "cannot reach AWS for s3://tickit"),
        ({"AWS_ENDPOINT_URL": "nowhere"}, "s3://tickit", "AWS_ENDPOINT_URL must look like"),
        ({}, "s3://no-such-bucket", "there is no bucket of the name in s3://no-such-bucket"),
        ({}, "s3://tickit/elsewhere", "nothing is under raw_tickit_data/. Upload one: tickit upload"),
        ({}, "s3://", "is not an S3 address"),
    ],
)
def test_what_is_wrong_is_said(
    aws: Server, lake_in_s3: str, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], url: str, says: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(TickitError, match=says.replace("(", r"\(")):
        _let_in(url)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (fails, "AWS is busy, or fails for the moment .* s3://tickit"),
        (stalls, "cannot reach AWS for s3://tickit: Read timeout"),
    ],
)
def test_a_server_in_trouble_is_given_up(
    aws: Server, lake_in_s3: str, trouble: Callable[[str, str], Callable], says: str
) -> None:
    aws.trouble = trouble("GET", f"/{BUCKET}")
    with pytest.raises(TickitError, match=says):
        _let_in(lake_in_s3, timeout=1)


def test_an_answer_that_breaks_off_is_an_error_and_no_half_file(aws: Server, lake_in_s3: str) -> None:
    connection = _let_in(lake_in_s3)
    aws.cuts = "sale.txt"
    with pytest.raises(duckdb.Error, match="partial file") as error:
        connection.execute(READ)
    assert "run the same command again" in without_values(error.value)


AGAIN = "run the same command again"
REFUSALS = [
    (403, "ExpiredToken", "credentials have expired: log in again"),
    (400, "ExpiredToken", "credentials have expired: log in again"),
    (403, "AccessDenied", "AWS denies"),
    (403, "InvalidAccessKeyId", "does not know the credentials"),
    (403, "SignatureDoesNotMatch", "does not know the credentials"),
    (403, "RequestTimeTooSkewed", "set the clock"),
    (404, "NoSuchBucket", "no bucket of the name"),
    (404, "NoSuchKey", "is not in S3, or no longer"),
    (400, "AuthorizationHeaderMalformed", "is in another region: set AWS_DEFAULT_REGION"),
    (301, "PermanentRedirect", "is in another region: set AWS_DEFAULT_REGION"),
]
PASSING = [(503, "SlowDown"), (500, "InternalError"), (503, "ServiceUnavailable")]


@pytest.mark.parametrize(("status", "code", "says"), REFUSALS)
def test_boto3_each_cause_has_its_cure(aws: Server, lake_in_s3: str, status: int, code: str, says: str) -> None:
    # boto3 asks by HEAD where a bucket is that has moved.
    aws.trouble = lambda method, _path: (status, code) if method == "GET" else None
    with pytest.raises(TickitError) as error:
        _let_in(lake_in_s3)
    assert says in str(error.value)
    assert AGAIN not in str(error.value)


@pytest.mark.parametrize(("status", "code", "says"), REFUSALS)
def test_duckdb_each_cause_has_its_cure(aws: Server, lake_in_s3: str, status: int, code: str, says: str) -> None:
    connection = _let_in(lake_in_s3)
    aws.trouble = lambda _method, _path: (status, code)
    with pytest.raises(duckdb.Error) as error:
        connection.execute(f"from read_text('s3://{BUCKET}/raw_tickit_data/venue/venue.txt')")
    said = without_values(error.value)
    # An answer without a body has a status only.
    assert (says if code != "NoSuchBucket" else "is not in S3, or no longer") in said
    assert AGAIN not in said
    assert "duckdb.org" not in said


@pytest.mark.parametrize(("status", "code"), PASSING)
def test_only_what_passes_is_to_be_tried_again(aws: Server, lake_in_s3: str, status: int, code: str) -> None:
    connection = _let_in(lake_in_s3)
    connection.execute("set global http_retries = 0")
    aws.trouble = lambda _method, _path: (status, code)
    with pytest.raises(duckdb.Error) as error:
        connection.execute(f"from read_text('s3://{BUCKET}/raw_tickit_data/venue/venue.txt')")
    assert AGAIN in without_values(error.value)
    with pytest.raises(TickitError, match=AGAIN):
        _let_in(lake_in_s3, timeout=1)
