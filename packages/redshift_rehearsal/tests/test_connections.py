"""Who is let in and how: the database, users and passwords, encryption, and the folders that hold what is in S3."""

from __future__ import annotations

import os
import socket
import ssl
import struct
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redshift_connector

from redshift_rehearsal import Rehearsal, Settings, User, start

DATABASE = 'my "shop"'
OWNER, ADMIN, GUEST = User('o\'neil "x"', "it's"), User("admin", "pass word", is_admin=True), User("guest")


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A stand-in with everything that can be set, in names that have to be quoted."""
    folder = tmp_path_factory.mktemp("files")
    for name in ("outer", "inner"):
        (folder / name / "t").mkdir(parents=True)
        (folder / name / "t" / "1.txt").write_text(name)
    folders = {"s3://bucket": folder / "outer", "s3://bucket/in/here": folder / "inner"}
    with start(Settings(DATABASE, (OWNER, ADMIN, GUEST), folders, tls=True)) as running:
        yield running


def _connect(rehearsal: Rehearsal, **changed: object) -> None:
    """Log in as libpq does, by the variables that a command is given."""
    names = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    given = {key: rehearsal.environment[name] for key, name in names.items() if name in rehearsal.environment}
    psycopg2.connect(**{**given, **changed}).close()


def test_each_user_logs_in_with_its_password(encrypted: Rehearsal) -> None:
    for user in (OWNER, ADMIN, GUEST):
        rows = encrypted.run("select current_user, current_database()", user.name)
        assert rows == [(user.name, DATABASE)]
    _connect(encrypted)


@pytest.mark.parametrize("user", [OWNER, ADMIN])
def test_another_password_is_refused(encrypted: Rehearsal, user: User) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        _connect(encrypted, user=user.name, password="another")


def test_a_user_without_a_password_needs_none(encrypted: Rehearsal) -> None:
    _connect(encrypted, user=GUEST.name, password="whatever")


def test_another_database_or_user_is_refused(encrypted: Rehearsal) -> None:
    with pytest.raises(psycopg2.OperationalError, match='database "dev" does not exist'):
        _connect(encrypted, dbname="dev")
    with pytest.raises(psycopg2.OperationalError, match='role "stranger" does not exist'):
        _connect(encrypted, user="stranger")


def test_the_first_user_owns_the_database_and_admins_create_users(encrypted: Rehearsal) -> None:
    assert "permission denied" in encrypted.error("create user late password disable")
    assert "permission denied" in encrypted.error("create schema mine", ADMIN.name)
    encrypted.run("create schema mine")
    encrypted.run("create user late password disable", ADMIN.name)
    for user in (OWNER, ADMIN, GUEST):
        assert encrypted.run("select usesuper from pg_user where usename = current_user", user.name) == [(False,)]


def test_redshifts_driver_verifies_the_certificate(encrypted: Rehearsal, monkeypatch: pytest.MonkeyPatch) -> None:
    login = {"host": "127.0.0.1", "port": encrypted.port, "database": DATABASE, "user": GUEST.name, "password": "any"}
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with pytest.raises(redshift_connector.InterfaceError, match="self.signed"):
        redshift_connector.connect(**login, sslmode="verify-full")
    monkeypatch.setenv("SSL_CERT_FILE", encrypted.environment["SSL_CERT_FILE"])
    with redshift_connector.connect(**login, sslmode="verify-full") as connection:
        assert isinstance(connection._usock, ssl.SSLSocket)


def test_large_results_pass_whole_when_encrypted(encrypted: Rehearsal) -> None:
    rows = encrypted.run("select x.a, repeat('x', 200) from (select generate_series(1, 20000) as a) as x order by 1")
    assert [row[0] for row in rows] == list(range(1, 20001))


def test_a_connection_that_is_not_encrypted_is_refused(encrypted: Rehearsal) -> None:
    with pytest.raises(psycopg2.OperationalError, match="takes encrypted connections only"):
        _connect(encrypted, sslmode="disable")


def test_without_tls_encryption_is_declined(rehearsal: Rehearsal) -> None:
    with socket.create_connection((rehearsal.host, rehearsal.port)) as client:
        client.sendall(struct.pack("!II", 8, 80877103))
        assert client.recv(1) == b"N"
    assert rehearsal.environment["PGSSLMODE"] == "disable"
    _connect(rehearsal)


def test_the_machines_own_certificates_are_trusted_too(encrypted: Rehearsal) -> None:
    ours = Path(encrypted.environment["SSL_CERT_FILE"]).read_bytes()
    known = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    assert ours.endswith(Path(known).read_bytes() if known and Path(known).is_file() else b"")


@pytest.mark.parametrize(("address", "content"), [("s3://bucket/t", "outer"), ("s3://bucket/in/here/t/", "inner")])
def test_a_location_is_in_the_folder_of_its_longest_prefix(encrypted: Rehearsal, address: str, content: str) -> None:
    encrypted.run("create external schema if not exists ext from data catalog database 'x' iam_role default")
    encrypted.run("drop table if exists ext.t")
    encrypted.run(
        "create external table ext.t (a varchar(9)) row format delimited fields terminated by '|' "
        f"stored as textfile location '{address}'"
    )
    assert encrypted.run('select a, "$path" from ext.t') == [(content, f"{address.rstrip('/')}/1.txt")]


def test_an_address_that_no_folder_holds_is_refused(encrypted: Rehearsal) -> None:
    encrypted.run("create external schema if not exists ext from data catalog database 'x' iam_role default")
    error = encrypted.error("create external table ext.u (a int) stored as parquet location 's3://elsewhere/t'")
    assert "no folder holds s3://elsewhere/t: the stand-in has s3://bucket/in/here, s3://bucket" in error
