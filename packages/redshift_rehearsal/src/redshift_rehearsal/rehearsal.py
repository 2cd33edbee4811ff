"""Start a stand-in for Redshift, and ask it: `start` runs it in a process of its own and stops it at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.report import Report
from redshift_rehearsal.settings import Settings

if TYPE_CHECKING:
    from redshift_connector.core import Connection


@dataclass(frozen=True)
class Rehearsal:
    """A running stand-in: where it listens, whom it lets in, and what it has seen.

    log          file with every statement and every refusal, a JSON object a line
    certificate  file with the certificate that a client has to trust; None without TLS
    process      the process that serves; it ends when the stand-in stops
    """

    settings: Settings
    port: int
    log: Path
    certificate: Path | None
    process: subprocess.Popen[str]
    host: str = "127.0.0.1"

    @property
    def database(self) -> str:
        """The name of the database."""
        return self.settings.database

    @property
    def user(self) -> str:
        """The user who owns the database."""
        return self.settings.owner.name

    @property
    def password(self) -> str:
        """That user's password; any other will do as well if none was set."""
        return self.settings.owner.password or "any"

    @property
    def environment(self) -> dict[str, str]:
        """Variables that lead a program here: REDSHIFT_HOST ... for a dbt profile, PGHOST ... for libpq."""
        values = {
            "HOST": self.host,
            "PORT": str(self.port),
            "DATABASE": self.database,
            "USER": self.user,
            "PASSWORD": self.password,
        }
        named = {f"REDSHIFT_{name}": value for name, value in values.items()}
        named |= {f"PG{name}": value for name, value in values.items()}
        if self.certificate:
            # OpenSSL's name, which redshift_connector follows, and libpq's.
            named |= {"SSL_CERT_FILE": str(self.certificate), "PGSSLROOTCERT": str(self.certificate)}
        mode = "verify-full" if self.certificate else "disable"
        return named | {"REDSHIFT_SSLMODE": mode, "PGSSLMODE": mode}

    @contextmanager
    def connect(self, user: str | None = None, *, autocommit: bool = True) -> Iterator[Connection]:
        """Connect through Redshift's own driver, as the owner or another user; close the connection at the end.

        Needs the package redshift-connector, which dbt-redshift brings; raises RehearsalError without it.
        """
        redshift_connector = _driver()
        passwords = {known.name: known.password for known in self.settings.users}
        name = user or self.user
        with _trusting(self.certificate):
            connection = redshift_connector.connect(
                host=self.host,
                port=self.port,
                user=name,
                password=passwords.get(name) or "any",
                database=self.database,
                ssl=self.settings.tls,
            )
        connection.autocommit = autocommit
        try:
            yield connection
        finally:
            connection.close()

    def run(self, sql: str, user: str | None = None) -> list[tuple[Any, ...]]:
        """Run one statement in a connection of its own; return its rows, none if it has no result."""
        with self.connect(user) as connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def error(self, sql: str, user: str | None = None) -> str:
        """Run a statement that has to fail; return the message, raise AssertionError if it runs."""
        try:
            rows = self.run(sql, user)
        except _driver().Error as error:
            return str(error.args[0]["M"])
        raise AssertionError(f"no error, but {rows}: {sql}")

    def report(self) -> Report:
        """Read what was asked and refused until now."""
        return Report.of(self.log)


def _driver() -> ModuleType:
    try:
        import redshift_connector
    except ImportError as error:
        raise RehearsalError(
            "the Python package redshift-connector is not installed: pip install 'redshift-rehearsal[connect]'."
        ) from error
    return redshift_connector


@contextmanager
def _trusting(certificate: Path | None) -> Iterator[None]:
    """Let the driver trust a certificate: it has no option for it but OpenSSL's variable."""
    before = os.environ.get("SSL_CERT_FILE")
    if certificate:
        os.environ["SSL_CERT_FILE"] = str(certificate)
    try:
        yield
    finally:
        if certificate and before is None:
            del os.environ["SSL_CERT_FILE"]
        elif before is not None:
            os.environ["SSL_CERT_FILE"] = before


@contextmanager
def start(settings: Settings | None = None, log: Path | None = None) -> Iterator[Rehearsal]:
    """Start a stand-in for Redshift; stop it at the end. Raise RehearsalError if it cannot start.

    ``log`` keeps every statement; by default it is gone at the end. The stand-in also stops if this process is killed.
    """
    settings = settings or Settings()
    with ExitStack() as stack:
        if log is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="redshift-rehearsal-"))
            log = Path(folder) / "statements.jsonl"
        # -P: a file of the current folder must not stand before the modules of Python.
        command = [sys.executable, "-P", "-m", "redshift_rehearsal.warehouse", str(log.resolve())]
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # In a process group of its own: Ctrl-C reaches us, and we stop it in order.
            process_group=0,
        )
        stack.callback(_stop, process)
        answer = _answer(process, settings)
        if "error" in answer:
            raise RehearsalError(answer["error"])
        certificate = Path(answer["certificate"]) if answer["certificate"] else None
        yield Rehearsal(settings, answer["port"], log, certificate, process)


def _answer(process: subprocess.Popen[str], settings: Settings) -> dict[str, Any]:
    """Hand the settings over, passwords included, where no other process reads them; return what is answered."""
    assert process.stdin and process.stdout  # noqa: S101 - both are pipes
    try:
        process.stdin.write(settings.as_json() + os.linesep)
        process.stdin.flush()
    except BrokenPipeError:
        pass  # its last words are read below
    answer: dict[str, Any] = json.loads(process.stdout.readline() or '{"error": "it ended before it was ready."}')
    return answer


def _stop(process: subprocess.Popen[str]) -> None:
    """Close its standard input, at which the stand-in stops; wait until it has."""
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.wait()
