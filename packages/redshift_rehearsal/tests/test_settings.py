"""The settings of a stand-in, and the error that each mistake in them gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from redshift_rehearsal import RehearsalError, Settings, User


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"users": ()}, "at least one user"),
        ({"users": (User("a"), User("b"), User("a"))}, "two users named a"),
        ({"users": (User("postgres"),)}, "PostgreSQL keeps the name postgres"),
        ({"users": (User("pg_me"),)}, "PostgreSQL keeps the name pg_me"),
        ({"users": (User("a\nb"),)}, "no name for a user"),
        ({"database": "template1"}, "PostgreSQL keeps the name template1"),
        ({"database": ""}, "no name for a user or a database"),
        ({"database": "é" * 32}, "1 to 63 bytes"),
        ({"port": 65536}, "65536 is no port"),
        ({"port": -1}, "-1 is no port"),
        ({"latency": -1}, "-1 is no latency"),
        ({"commit_latency": 1e9}, "is no commit latency"),
        ({"folders": {"/data": Path()}}, "/data is no address in S3"),
        ({"folders": {"s3://": Path()}}, "s3:// is no address in S3"),
        ({"folders": {"s3://bucket": Path("no/such/folder")}}, "no/such/folder is no folder"),
        ({"folders": {"s3://bucket": Path(__file__)}}, "is no folder"),
    ],
    ids=str,
)
def test_a_mistake_is_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(RehearsalError, match=message):
        Settings(**wrong)


def test_settings_reach_the_other_process_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("files").mkdir()
    users = (User('a "b"', "it's\nsecret"), User("admin", is_admin=True))
    settings = Settings(
        'my "shop"',
        users,
        {"s3://bucket/prefix/": Path("files")},
        5439,
        tls=True,
        latency=1.5,
        commit_latency=20,
        case_sensitive=True,
    )
    line = settings.as_json()
    assert "\n" not in line
    monkeypatch.chdir("/")
    assert Settings.from_json(line) == settings
    assert settings.folders == {"s3://bucket/prefix": tmp_path / "files"}
