"""The command `redshift-rehearsal`."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from redshift_rehearsal.checking import check_files, sql_files
from redshift_rehearsal.conformance import dbt_tests as dbt
from redshift_rehearsal.conformance import projects as public
from redshift_rehearsal.conformance.table import details as each
from redshift_rehearsal.conformance.table import measure
from redshift_rehearsal.conformance.table import written as table
from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.rehearsal import Rehearsal, start
from redshift_rehearsal.report import Format, Report, written
from redshift_rehearsal.settings import Settings, User

# As env, timeout and docker: our own failure is not the command's.
NO_STAND_IN, NOT_EXECUTABLE, NOT_FOUND = 125, 126, 127
# Seconds that a command has to end after SIGTERM.
_PATIENCE = 30

app = typer.Typer(
    help="A stand-in for Amazon Redshift on this machine, which refuses what Redshift refuses.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_Database = Annotated[str, typer.Option(help="Name of the database.")]
_Users = Annotated[
    list[str] | None,
    typer.Option("--user", metavar="NAME[:PASSWORD]", help="A user; the first owns the database. Repeatable."),
]
_Admins = Annotated[
    list[str] | None,
    typer.Option("--admin", metavar="NAME[:PASSWORD]", help="A user who may create users, roles and databases."),
]
_Folders = Annotated[
    list[str] | None,
    typer.Option("--s3", metavar="S3://PREFIX=FOLDER", help="The folder that holds what is below an address in S3."),
]
_Port = Annotated[int, typer.Option(help="Port on 127.0.0.1; 0: a free one.")]
_Tls = Annotated[bool, typer.Option("--tls", help="Take encrypted connections only.")]
_Latency = Annotated[float, typer.Option(metavar="MS", help="Let each statement wait so many milliseconds.")]
_CommitLatency = Annotated[float, typer.Option(metavar="MS", help="Let each COMMIT wait so much longer.")]
_CaseSensitive = Annotated[
    bool,
    typer.Option("--case-sensitive", help="Let quoted names keep their case: a cluster's parameter group may set it."),
]
_Log = Annotated[Path | None, typer.Option(help="Keep every statement in this file, a JSON object a line.")]
_ReportFile = Annotated[Path | None, typer.Option("--report", help="Write the report to a file, not to stderr.")]
_Format = Annotated[Format, typer.Option("--format", help="How findings are written.")]


def main() -> None:
    """Run the command line."""
    # As Ctrl-C, so that what was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    app(prog_name="redshift-rehearsal")


@app.command()
def serve(
    database: _Database = "dev",
    user: _Users = None,
    admin: _Admins = None,
    s3: _Folders = None,
    port: _Port = 0,
    tls: _Tls = False,  # noqa: FBT002 - an option of the command line
    latency: _Latency = 0,
    commit_latency: _CommitLatency = 0,
    case_sensitive: _CaseSensitive = False,  # noqa: FBT002 - an option of the command line
    log: _Log = None,
    report: _ReportFile = None,
    form: _Format = Format.HUMAN,
) -> None:
    """Start a stand-in until Ctrl-C.

    Prints how to connect when it is up, and the report at the end.
    """
    with _errors(1):
        settings = _settings(database, user, admin, s3, port, tls, latency, commit_latency, case_sensitive)
        with _started(settings, log) as rehearsal:
            _describe(rehearsal)
            try:
                rehearsal.process.wait()
                raise RehearsalError("the stand-in ended by itself.")
            except (KeyboardInterrupt, SystemExit):
                _say("stopping ...")
            _print_report(rehearsal.report(), report, form)


@app.command(context_settings={"allow_interspersed_args": False})
def run(
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND ...", help="What to run, with its options.")],
    database: _Database = "dev",
    user: _Users = None,
    admin: _Admins = None,
    s3: _Folders = None,
    port: _Port = 0,
    tls: _Tls = False,  # noqa: FBT002 - an option of the command line
    latency: _Latency = 0,
    commit_latency: _CommitLatency = 0,
    case_sensitive: _CaseSensitive = False,  # noqa: FBT002 - an option of the command line
    log: _Log = None,
    report: _ReportFile = None,
    form: _Format = Format.HUMAN,
    env: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="A further variable for the command, such as DB_PORT={port}; also {host}, {database}, {user}, "
            "{password}, {certificate}. Repeatable.",
        ),
    ] = None,
) -> None:
    """Run a command against a stand-in.

    Prints the report, and exits with the command's code.

    The command finds the stand-in in REDSHIFT_HOST, REDSHIFT_PORT, REDSHIFT_DATABASE, REDSHIFT_USER, REDSHIFT_PASSWORD
    and REDSHIFT_SSLMODE, and in PGHOST and so on. 125: no stand-in; 126 and 127: the command cannot be run.
    """
    with _errors(NO_STAND_IN):
        settings = _settings(database, user, admin, s3, port, tls, latency, commit_latency, case_sensitive)
        if shutil.which(command[0]) is None:
            _fail(f"there is no command {command[0]}.", NOT_FOUND)
        templates = dict(_pair(text, "--env", "NAME=VALUE") for text in env or [])
        with _started(settings, log) as rehearsal:
            code = _run(command, {**os.environ, **rehearsal.environment, **_filled(templates, rehearsal)})
            _print_report(rehearsal.report(), report, form)
    raise typer.Exit(code)


@app.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(help="SQL as it is sent: dbt's target/compiled. Folders are searched.")
    ],
    form: _Format = Format.HUMAN,
) -> None:
    """Check SQL files without a server.

    Exits with 1 if something is found and 2 if a file cannot be checked.
    """
    with _errors(2):
        read = sql_files(files)
        findings = check_files(read)
    if text := written(findings, form, files=len(read)):
        typer.echo(text)
    if form == Format.HUMAN:
        count = f"{len(read):,} file{'s' if len(read) > 1 else ''}"
        result = f"\n{len(findings):,} refused in {count}." if findings else f"{count}: nothing that Redshift refuses."
        typer.echo(result)
    raise typer.Exit(1 if findings else 0)


@app.command()
def conformance(
    sources: Annotated[
        Path | None,
        typer.Option(
            help="A folder with copies of the repositories, each under its name; by default they are fetched."
        ),
    ] = None,
    details: Annotated[
        Path | None, typer.Option(help="Write each statement that does not run, and why, to this file.")
    ] = None,
    dbt_tests: Annotated[
        bool,
        typer.Option("--dbt-tests", help="Run dbt-redshift's functional tests, too: up to an hour."),
    ] = False,  # noqa: FBT002 - an option of the command line
    projects: Annotated[
        bool,
        typer.Option("--projects", help="Run ten public dbt projects, too: some five minutes."),
    ] = False,  # noqa: FBT002 - an option of the command line
) -> None:
    """Measure the stand-in with public collections of Redshift SQL.

    Prints a table. The collections are fetched from GitHub into ~/.cache/redshift-rehearsal, and kept there.
    """
    with _errors(1):
        scores = measure(sources, _say)
        outcomes = dbt.run(sources, _say) if dbt_tests else []
        nodes = public.run(sources, _say) if projects else []
    typer.echo(table(scores))
    if dbt_tests:
        typer.echo("\n" + dbt.written(outcomes))
    if projects:
        typer.echo("\n" + public.written(nodes))
    if details:
        lines = (each(scores), dbt.details(outcomes), public.details(nodes))
        details.write_text("\n".join(lines) + "\n", encoding="utf-8")
        _say(f"Each statement that does not run: {details}")


@contextmanager
def _errors(code: int) -> Iterator[None]:
    """Print a mistake of the user's, and exit with a code."""
    try:
        yield
    except RehearsalError as error:
        _fail(str(error), code)


def _fail(message: str, code: int) -> NoReturn:
    _say(f"Error: {message}")
    raise typer.Exit(code)


def _say(text: str) -> None:
    # What is quoted, SQL or a path, may look like rich's markup.
    Console(stderr=True, soft_wrap=True).print(text, highlight=False, markup=False)


def _settings(
    database: str,
    user: list[str] | None,
    admin: list[str] | None,
    s3: list[str] | None,
    port: int,
    tls: bool,  # noqa: FBT001 - as the command line gives it
    latency: float,
    commit_latency: float,
    case_sensitive: bool,  # noqa: FBT001 - as the command line gives it
) -> Settings:
    """Read the options that all commands with a stand-in share."""
    users = [_user(text, is_admin=False) for text in user or []] + [_user(text, is_admin=True) for text in admin or []]
    folders = dict(_pair(text, "--s3", "s3://bucket/prefix=folder") for text in s3 or [])
    return Settings(
        database=database,
        **({"users": tuple(users)} if users else {}),
        folders={prefix: Path(folder) for prefix, folder in folders.items()},
        port=port,
        tls=tls,
        latency=latency,
        commit_latency=commit_latency,
        case_sensitive=case_sensitive,
    )


def _user(text: str, *, is_admin: bool) -> User:
    name, colon, password = text.partition(":")
    return User(name, password if colon else None, is_admin)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise RehearsalError(f"{option} {text}: write {form}.")
    return name, value


def _filled(templates: dict[str, str], rehearsal: Rehearsal) -> dict[str, str]:
    """Put the values of a stand-in where a template names them."""
    values = {
        "host": rehearsal.host,
        "port": str(rehearsal.port),
        "database": rehearsal.database,
        "user": rehearsal.user,
        "password": rehearsal.password,
        "certificate": str(rehearsal.certificate or ""),
    }
    filled = {}
    for name, template in templates.items():
        for key, value in values.items():
            template = template.replace("{" + key + "}", value)
        filled[name] = template
    return filled


@contextmanager
def _started(settings: Settings, log: Path | None) -> Iterator[Rehearsal]:
    try:
        with start(settings, log) as rehearsal:
            yield rehearsal
    except KeyboardInterrupt:
        # While it starts: there is nothing to report.
        raise typer.Exit(128 + signal.SIGINT) from None


def _describe(rehearsal: Rehearsal) -> None:
    """Print how to connect."""
    password = {True: "with its password", False: "any password"}
    users = ", ".join(f"{user.name} ({password[user.password is not None]})" for user in rehearsal.settings.users)
    lines = [
        f"Listening on {rehearsal.host}:{rehearsal.port}: database {rehearsal.database}, user {users}.",
        *([f"TLS only; trust this certificate: {rehearsal.certificate}"] if rehearsal.certificate else []),
        *(f"{prefix} is {folder}" for prefix, folder in rehearsal.settings.folders.items()),
        "Ctrl-C stops it.",
    ]
    Console(soft_wrap=True).print("\n".join(lines), highlight=False, markup=False)


def _print_report(report: Report, file: Path | None, form: Format) -> None:
    """Write the report to a file, or to stderr, which leaves stdout to the command."""
    if file is None:
        if text := report.text(form):
            _say("\n" + text)
        return
    try:
        file.write_text(report.text(form) + "\n", encoding="utf-8")
    except OSError as error:
        _say(f"Error: the report cannot be written to {file}: {error.strerror}.")
    _say(report.summary)


def _run(command: list[str], environment: dict[str, str]) -> int:
    """Run a command to its end, whatever signal comes; return its exit code as a shell does."""
    process: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, _: FrameType | None) -> None:
        if process is None:
            early.append(number)
        elif number == signal.SIGTERM:
            process.terminate()
            signal.alarm(_PATIENCE)
        # The terminal has sent Ctrl-C to the command too.
        elif not _is_in_foreground():
            process.send_signal(number)

    def kill(*_: object) -> None:
        if process is not None:
            process.kill()

    # Before the command starts: a signal in between would leave it behind.
    with _handling({signal.SIGINT: pass_on, signal.SIGTERM: pass_on, signal.SIGALRM: kill}):
        try:
            process = subprocess.Popen(command, env=environment)
        except OSError as error:
            _say(f"Error: {command[0]} cannot be run: {error.strerror}.")
            return NOT_EXECUTABLE
        for number in early:
            process.send_signal(number)
        code = process.wait()
        signal.alarm(0)
    return code if code >= 0 else 128 - code


@contextmanager
def _handling(handlers: dict[signal.Signals, Callable[[int, FrameType | None], None]]) -> Iterator[None]:
    """Handle signals for a while."""
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_in_foreground() -> bool:
    """Say whether a terminal sends Ctrl-C to this process and those that it started."""
    try:
        with Path("/dev/tty").open() as terminal:
            return os.tcgetpgrp(terminal.fileno()) == os.getpgrp()
    except OSError:
        return False
