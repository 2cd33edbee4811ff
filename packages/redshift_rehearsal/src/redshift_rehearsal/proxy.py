"""The wire proxy: speaks to dbt's driver as Redshift does, and to PostgreSQL behind it.

What goes up is read message by message: start-up parameters that PostgreSQL does not know are left out, and the SQL of
Query and Parse messages is translated. What comes down passes as it is, but for the version, errors and the state of
the transaction. Protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
import struct
import time

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal import copying, external, external_writing, long_names
from redshift_rehearsal.columns import Catalog
from redshift_rehearsal.errors import REDSHIFT_DOCS, Refused
from redshift_rehearsal.log import Failure, Latency, Log
from redshift_rehearsal.masks import Masks
from redshift_rehearsal.report import is_commit
from redshift_rehearsal.rewrites.names import reads_catalog
from redshift_rehearsal.server import Postgres
from redshift_rehearsal.snapshots import Snapshots
from redshift_rehearsal.spectrum import Spectrum
from redshift_rehearsal.tls import Certificate
from redshift_rehearsal.translate import translate
from redshift_rehearsal.wire_types import WireTypes

_SSL_REQUEST = 80877103
_GSS_REQUEST = 80877104
_PROTOCOL_3 = 196608

# What the driver may ask for at the start; the rest is Redshift's own and PostgreSQL refuses it.
_KNOWN_PARAMETERS = {"user", "database", "application_name", "client_encoding"}
_SETTINGS = (
    # Redshift reads backslashes in string literals.
    "-c standard_conforming_strings=off -c escape_string_warning=off -c backslash_quote=on "
    # Whoever creates a user may give things to it, as an admin of Redshift may.
    "-c createrole_self_grant=set,inherit "
    "-c datestyle=ISO,MDY -c timezone=UTC -c extra_float_digits=0 "
    # Redshift's default, then its functions and aggregates, which win over PostgreSQL's own of the same name.
    '-c search_path="$user",public,rs,pg_catalog'
)
# The same for the session that runs the query of UNLOAD or CREATE EXTERNAL TABLE AS.
_OF_USER = (
    "set standard_conforming_strings = off; set escape_string_warning = off; set datestyle = ISO; "
    "set timezone = 'UTC'; set search_path = \"$user\", public, rs, pg_catalog"
)
_VERSION = b"server_version\x008.0.2\0"

# Redshift's driver does not answer the end of an encrypted connection, for which asyncio waits half a minute.
_SECONDS_TO_CLOSE = 1

# A statement that PostgreSQL cannot read: so a refused one fails on both sides, and its transaction with it.
_UNREADABLE = "refused"
# What the log keeps of it: COPY holds the rows of files.
_LOGGED = 100_000
# What the backend runs in place of a statement that was carried out here.
_NOTHING = "do 'begin end'"

# r_enable_case_sensitive_identifier: SET and RESET of it; what a rollback takes back is not seen.
_CASE = "enable_case_sensitive_identifier"
_SET_CASE = re.compile(
    rf"\b(?:re)?set\s+(?:session\s+|local\s+)?{_CASE}\b\s*(?:(?:to|=)\s*([\w']+))?",
    re.IGNORECASE,
)

# Errors of PostgreSQL between two sessions -> what Redshift says (c_serial_isolation.html).
_VIOLATION = "1023 DETAIL: Serializable isolation violation on a table in Redshift"
_CONFLICT = "could not complete because of conflict with concurrent transaction"
_OF_TWO_SESSIONS = (
    (re.compile("could not serialize access"), _VIOLATION),
    (
        re.compile("tuple concurrently (updated|deleted)|could not open relation with OID|cache lookup failed"),
        _CONFLICT,
    ),
    (re.compile('duplicate key value violates unique constraint "pg_'), _CONFLICT),
)

# Errors of one session in Redshift's words, as dbt-redshift's tests and people's scripts look for them.
_IN_REDSHIFTS_WORDS = (
    (
        re.compile(r'null value in column "(.*?)" of relation ".*" violates not-null constraint'),
        r"Cannot insert a NULL value into column \1",
    ),
)

# Errors of PostgreSQL that mean that Redshift has not got something: SQLSTATE -> rule, page.
_KNOWN_STATES = {
    "42601": ("syntax", "c_SQL_commands.html"),
    "42883": ("unknown function", "c_SQL_functions.html"),
    "42501": ("function or object not available", "c_SQL_functions.html"),
    "42704": ("unknown type or object", "c_Supported_data_types.html"),
    "42P01": ("unknown relation", "r_names.html"),
    "42703": ("unknown column", "r_names.html"),
    "42804": ("types", "c_Supported_data_types.html"),
}


class Proxy:
    """Listens on the loopback address and serves each connection with a connection of its own to PostgreSQL."""

    def __init__(
        self,
        backend: Postgres,
        spectrum: Spectrum,
        log: Log,
        certificate: Certificate | None,
        latency: Latency,
        *,
        case_sensitive: bool,
    ) -> None:
        self.backend = backend
        self.case_sensitive = case_sensitive
        self.latency = latency
        self.spectrum = spectrum
        self.log = log
        # With one, only encrypted connections are served.
        self.certificate = certificate
        self.columns_of = Catalog(backend).columns_of
        self.masks = Masks(backend)
        self._server: asyncio.Server | None = None

    async def start(self, port: int = 0) -> int:
        """Listen; return the port, a free one if none is named."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        listening: int = self._server.sockets[0].getsockname()[1]
        return listening

    async def stop_listening(self) -> None:
        """Take no more connections; those that are there stay."""
        if self._server:
            self._server.close()
            # A connection that was accepted before becomes a task in the second turn of the loop.
            for _ in range(3):
                await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(self, reader, writer)
        # Cancelled when the proxy stops.
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            await session.run()
        await session.close()


class _Session:
    """One connection: the client's side and the backend's."""

    def __init__(self, proxy: Proxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._proxy = proxy
        self._client_in, self._client_out = reader, writer
        self._backend_out: asyncio.StreamWriter | None = None
        self._in_transaction = False
        self._user = ""
        self._statement = 0
        self._refusal: Failure | None = None
        self._keeps_case = proxy.case_sensitive
        self._types = WireTypes()
        self._snapshots = Snapshots()
        # Set while a statement of our own runs: its answer is not the client's.
        self._own: asyncio.Future[bytes] | None = None

    async def run(self) -> None:
        """Relay in both directions until one side ends."""
        start_up = await self._start_up()
        # A file that cannot be read any more must not end the session: the table keeps its rows.
        with contextlib.suppress(Exception):
            await asyncio.to_thread(self._proxy.spectrum.refresh)
        host, port = self._proxy.backend.host, self._proxy.backend.port
        backend_in, self._backend_out = await asyncio.open_connection(host, port)
        self._backend_out.write(start_up)
        directions = {
            asyncio.create_task(self._up(self._backend_out)),
            asyncio.create_task(self._down(backend_in)),
        }
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # Also if the proxy stops while they end.
            for task in directions:
                task.cancel()
            await asyncio.gather(*directions, return_exceptions=True)

    async def close(self) -> None:
        """Close both connections."""
        for writer in (self._client_out, self._backend_out):
            if writer:
                writer.close()
                try:
                    await asyncio.wait_for(writer.wait_closed(), _SECONDS_TO_CLOSE)
                except TimeoutError:
                    writer.transport.abort()
                except (ConnectionError, ssl.SSLError):
                    pass

    async def _start_up(self) -> bytes:
        """Read the client's first message; return it as PostgreSQL takes it."""
        certificate = self._proxy.certificate
        is_encrypted = False
        while True:
            (length,) = struct.unpack("!I", await self._client_in.readexactly(4))
            body = await self._client_in.readexactly(length - 4)
            (code,) = struct.unpack("!I", body[:4])
            if code == _SSL_REQUEST and certificate and not is_encrypted:
                self._client_out.write(b"S")
                await self._client_out.drain()
                await self._client_out.start_tls(certificate.context)
                is_encrypted = True
            elif code in (_SSL_REQUEST, _GSS_REQUEST):
                self._client_out.write(b"N")
            else:
                break
        if certificate and not is_encrypted:
            self._client_out.write(_message(b"E", _NOT_ENCRYPTED))
            raise ConnectionError
        if code == _PROTOCOL_3:
            words = [word.decode() for word in body[4:].split(b"\0")]
            given = dict(zip(words[::2], words[1::2], strict=False))
            self._user = given.get("user", "")
            kept = {name: value for name, value in given.items() if name in _KNOWN_PARAMETERS}
            options = _SETTINGS + (f" -c rs.{_CASE}=on" if self._proxy.case_sensitive else "")
            pairs = (kept | {"options": options}).items()
            body = body[:4] + b"".join(f"{name}\0{value}\0".encode() for name, value in pairs) + b"\0"
        return struct.pack("!I", len(body) + 4) + body

    async def _up(self, backend: asyncio.StreamWriter) -> None:
        """Pass the client's messages on, SQL translated."""
        while True:
            kind, length = struct.unpack("!cI", await self._client_in.readexactly(5))
            body = await self._client_in.readexactly(length - 4)
            if kind == b"Q":
                sql = body[:-1].decode()
                await self._lock_before_snapshot(sql, backend)
                body = (await self._translated(sql)).encode() + b"\0"
                await self._wait_as_a_cluster(sql)
            elif kind == b"P":
                name, prepared, parameter_types = body.split(b"\0", 2)
                sql = prepared.decode()
                await self._lock_before_snapshot(sql, backend)
                self._types.parsed(name, parameter_types, compares_names="$1" in sql and reads_catalog(sql))
                body = b"\0".join((name, (await self._translated(sql)).encode(), parameter_types))
                await self._wait_as_a_cluster(sql)
            elif kind == b"D":
                self._types.asked(body)
            elif kind == b"B":
                body = self._types.bound(body)
            backend.write(_message(kind, body))
            await backend.drain()

    async def _lock_before_snapshot(self, sql: str, backend: asyncio.StreamWriter) -> None:
        """Take the lock of the table that a transaction begins to write to, if it can be had."""
        table = self._snapshots.to_lock(sql, keeps_case=self._keeps_case)
        if not table or not self._in_transaction:
            return
        for statement in ("savepoint rs_before", f"lock table {table} in share row exclusive mode"):
            state = await self._run_own(statement, backend)
        if state == b"E":
            await self._run_own("rollback to rs_before", backend)
        await self._run_own("release rs_before", backend)

    async def _run_own(self, statement: str, backend: asyncio.StreamWriter) -> bytes:
        """Run a statement that the client has not sent; return the state of the transaction: T, or E if it failed."""
        self._own = asyncio.get_running_loop().create_future()
        backend.write(_message(b"Q", statement.encode() + b"\0"))
        await backend.drain()
        return await self._own

    async def _wait_as_a_cluster(self, sql: str) -> None:
        """Wait as long as the settings say that a statement takes before anything runs."""
        if latency := self._proxy.latency:
            milliseconds = latency.statement + (latency.commit if is_commit(sql) else 0)
            await asyncio.sleep(milliseconds / 1000)

    async def _translated(self, statement: str) -> str:
        """Return what PostgreSQL is to run for a statement; carry out those on external tables here."""
        refused = command = moved = None
        sent = _UNREADABLE
        started = time.thread_time()
        try:
            command = external.command(statement, self._proxy.spectrum.schemas)
            moved = copying.command(statement) if command is None else None
            if command is None and moved is None:
                sent = self._translate(statement)
        except Refused as refusal:
            refused = refusal
        except Exception as error:  # noqa: BLE001 - whatever a rule stumbles over must not end the session
            refused = _stumbled(error)
        milliseconds = (time.thread_time() - started) * 1000
        if command is not None:
            try:
                await asyncio.to_thread(self._carry_out, command)
                sent = _NOTHING
            except Refused as refusal:
                refused = refusal
            except Exception as error:  # noqa: BLE001 - as above
                refused = _stumbled(error)
        if moved is not None:
            try:
                sent = await asyncio.to_thread(self._move, moved)
            except Refused as refusal:
                refused = refusal
            except Exception as error:  # noqa: BLE001 - as above
                refused = _stumbled(error)
        self._statement = self._proxy.log.statement(statement, "" if refused else sent[:_LOGGED], milliseconds)
        if refused:
            sqlstate = "0A000"
            message = long_names.name_in_full(refused.message)
            self._refusal = Failure(self._statement, refused.rule, message, refused.documentation, sqlstate)
            self._proxy.log.failure(self._refusal)
        return sent

    def _translate(self, statement: str) -> str:
        """Return a statement in PostgreSQL's words, as the session's settings have it read."""
        # Every statement pays for the question: the word is found far sooner than the pattern.
        if _CASE in statement.lower() and (changed := _SET_CASE.search(statement)):
            value = (changed[1] or "").strip("'").lower()
            is_default = value in ("", "default")
            self._keeps_case = self._proxy.case_sensitive if is_default else value in ("true", "on", "1", "yes")
        backend = self._proxy.backend
        statement = self._proxy.masks.applied(statement, self._user)
        return translate(statement, self._proxy.columns_of, backend.database, keeps_case=self._keeps_case)

    def _carry_out(self, command: external.Command) -> None:
        """Carry out a command on external tables; the query of CREATE EXTERNAL TABLE AS runs as the user."""
        spectrum = self._proxy.spectrum
        if not isinstance(command, external.CreateTableAs):
            spectrum.carry_out(command, in_transaction=self._in_transaction)
            return
        spectrum.check_outside_transaction(command, in_transaction=self._in_transaction)
        backend = self._proxy.backend
        query = self._translate(command.query)
        with contextlib.closing(backend.connect()) as connection:
            self._become_user(connection)
            try:
                written = external_writing.write(connection, command, query, spectrum.folder_of(command.table.location))
            except psycopg2.Error as error:
                message = str(error.diag.message_primary or error)
                raise Refused("query of CREATE EXTERNAL TABLE AS", message, external.CREATE_TABLE_PAGE) from error
        try:
            spectrum.carry_out(written.table, written.partitions)
        except Exception:
            for file in written.files:
                file.unlink()
            raise

    def _become_user(self, connection: Connection) -> None:
        """Let a connection of the superuser's run SQL with the user's privileges and the user's settings."""
        with connection.cursor() as cursor:
            cursor.execute(_OF_USER)
            cursor.execute(sql.SQL("set session authorization {}").format(sql.Identifier(self._user)))

    def _move(self, moved: copying.Copy | copying.Unload) -> str:
        """Carry out COPY up to the insertion of its rows, or UNLOAD; return what the session is to run."""
        backend, folder_of = self._proxy.backend, self._proxy.spectrum.folder_of
        if isinstance(moved, copying.Copy):
            return copying.insertion(moved, copying.files_to_copy(moved, folder_of))
        with contextlib.closing(backend.connect()) as connection:
            place = folder_of(moved.address)
            query = self._translate(moved.query)
            self._become_user(connection)
            try:
                copying.unload(connection, moved, query, place)
            except psycopg2.Error as error:
                message = str(error.diag.message_primary or error)
                raise Refused("query of UNLOAD", message, copying.UNLOAD_PAGE) from error
        return _NOTHING

    async def _down(self, backend: asyncio.StreamReader) -> None:
        """Pass the backend's messages on as they are, but for those that `_changed` changes."""
        waiting = bytearray()
        while data := await backend.read(1 << 18):
            waiting += data
            passed = place = 0
            while len(waiting) - place >= 5:
                (length,) = struct.unpack_from("!I", waiting, place + 1)
                end = place + 1 + length
                if end > len(waiting):
                    break
                if self._own:
                    self._client_out.write(bytes(waiting[passed:place]))
                    if waiting[place] == ord("Z"):
                        self._own.set_result(bytes(waiting[place + 5 : end]))
                        self._own = None
                    passed = end
                elif waiting[place] in (b"SEZTDN" if self._types.in_rows or long_names.are_known() else b"SEZT"):
                    body = bytes(waiting[place + 5 : end])
                    kind = bytes(waiting[place : place + 1])
                    changed = self._changed(kind, body)
                    if changed is not body:
                        self._client_out.write(bytes(waiting[passed:place]))
                        if changed is not None:
                            self._client_out.write(_message(kind, changed))
                        passed = end
                place = end
            self._client_out.write(bytes(waiting[passed:place]))
            del waiting[:place]
            await self._client_out.drain()

    def _changed(self, kind: bytes, body: bytes) -> bytes | None:
        """Return the body of a message for the client; the same object if nothing is changed, None to leave it out."""
        if kind == b"Z":
            self._in_transaction = body != b"I"
        elif kind == b"S" and body.startswith(b"server_version\0"):
            return _VERSION  # the driver takes Redshift for PostgreSQL 8.0.2, and cannot read "18.1 (Debian ...)"
        elif kind == b"S" and body.startswith(b"standard_conforming_strings\0"):
            return None  # 8.0 does not report it: psycopg2 would write E'...', which Redshift does not document
        elif kind == b"E":
            return self._error(long_names.in_full(body))
        elif kind == b"N":
            return long_names.in_full(body)
        elif kind == b"T":
            return self._types.described(long_names.in_full(body))
        elif kind == b"D":
            return long_names.in_row(self._types.row(body) if self._types.in_rows else body)
        return body

    def _error(self, body: bytes) -> bytes:
        """Note why a statement failed, and tell the client: a rule of ours, or PostgreSQL's own error as it is."""
        refusal, self._refusal = self._refusal, None
        if refusal:
            return _error_message(refusal)
        fields = {part[:1].decode(): part[1:].decode() for part in body.split(b"\0") if part}
        between = next((said for pattern, said in _OF_TWO_SESSIONS if pattern.match(fields.get("M", ""))), "")
        if between:
            fields = {"S": "ERROR", "V": "ERROR", "C": fields.get("C", "XX000"), "M": between}
            body = _error_body(fields)
        for pattern, said in _IN_REDSHIFTS_WORDS:
            if match := pattern.fullmatch(fields.get("M", "")):
                fields = {key: value for key, value in fields.items() if key in "SVC"} | {"M": match.expand(said)}
                body = _error_body(fields)
        failure = _failure(self._statement, fields)
        self._proxy.log.failure(failure)
        return _error_message(failure) if fields.get("H", "").startswith(REDSHIFT_DOCS) else body


def _message(kind: bytes, body: bytes) -> bytes:
    return struct.pack("!cI", kind, len(body) + 4) + body


def _error_body(fields: dict[str, str]) -> bytes:
    """Return the body of an ErrorResponse."""
    return b"".join(f"{code}{text}\0".encode() for code, text in fields.items()) + b"\0"


def _failure(number: int, fields: dict[str, str]) -> Failure:
    """Return the rule that an error of PostgreSQL breaks: our SQL functions name it, others are known by their code."""
    message, state = fields.get("M", ""), fields.get("C", "")
    if fields.get("H", "").startswith(REDSHIFT_DOCS):
        return Failure(number, fields.get("D", ""), message, fields["H"], state)
    rule, page = _KNOWN_STATES.get(state, ("error of the statement", "c_SQL_commands.html"))
    return Failure(number, rule, message, REDSHIFT_DOCS + page, state)


def _stumbled(error: Exception) -> Refused:
    """Turn an exception of the rehearsal's own into an answer: the statement may be right."""
    return Refused("the rehearsal cannot read this", f"{type(error).__name__}: {error}", REDSHIFT_DOCS)


def _error_message(failure: Failure) -> bytes:
    """Return the body of an ErrorResponse; dbt shows its message only, so the page is there too."""
    return _error_body(
        {
            "S": "ERROR",
            "V": "ERROR",
            "C": failure.sqlstate,
            "M": f"{failure.message} (rehearsal: {failure.rule}, {failure.documentation})",
            "D": failure.rule,
            "H": failure.documentation,
        }
    )


_NOT_ENCRYPTED = _error_body(
    {
        "S": "FATAL",
        "V": "FATAL",
        "C": "28000",
        "M": "this stand-in takes encrypted connections only (--tls): set sslmode to verify-ca or verify-full",
    }
)
