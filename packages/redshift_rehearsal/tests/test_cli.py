"""The command line: what is printed and with what code it ends, and that no process is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import yaml
from typer.testing import CliRunner, Result

from redshift_rehearsal.cli import app

COMMAND = [sys.executable, "-m", "redshift_rehearsal"]
RIGHT = "select 1;\n"
WRONG = "-- one\nselect 1;\n\n-- eldest\nselect distinct on (a) a\nfrom t;\nselect sum(a) filter (where a > 1) from t\n"


def _invoke(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="redshift-rehearsal")


def _run(*arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False, timeout=timeout)


@contextmanager
def _started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start the command line; kill it at the end if a test has not stopped it."""
    with subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As in CI: there is no terminal that signals the command too.
        start_new_session=True,
        # A shell's background jobs ignore it, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    parent = psutil.Process(process.pid)
    return [parent, *parent.children(recursive=True)]


def _all_end(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=20)[1]


# ---------------------------------------------------------------- check


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "right.sql").write_text(RIGHT)
    (tmp_path / "models" / "wrong.sql").write_text(WRONG)
    (tmp_path / "models" / "notes.txt").write_text("select distinct on (a) a from t")
    return tmp_path / "models"


def test_check_names_file_line_rule_and_page(files: Path) -> None:
    done = _invoke("check", files)
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("Refused")] == [
        f"Refused {files}/wrong.sql:5",
        f"Refused {files}/wrong.sql:7",
    ]
    page = "https://docs.aws.amazon.com/redshift/latest/dg/r_SELECT_list.html"
    assert f"  rule: distinct on\n  page: {page}\n    -- eldest" in done.stdout
    assert done.stdout.endswith("\n2 refused in 2 files.\n")


def test_check_passes_what_is_right(files: Path) -> None:
    done = _invoke("check", files / "right.sql")
    assert (done.exit_code, done.stdout) == (0, "1 file: nothing that Redshift refuses.\n")


def test_check_writes_json(files: Path) -> None:
    done = _invoke("check", "--format", "json", files)
    assert done.exit_code == 1
    read = json.loads(done.stdout)
    assert read["files"] == 2
    assert [(found["rule"], found["file"], found["line"]) for found in read["findings"]] == [
        ("distinct on", f"{files}/wrong.sql", 5),
        ("aggregate filter", f"{files}/wrong.sql", 7),
    ]
    assert json.loads(_invoke("check", "--format", "json", files / "right.sql").stdout) == {"files": 1, "findings": []}


def test_check_annotates_a_workflow(tmp_path: Path) -> None:
    odd = tmp_path / "100%,a:b.sql"
    odd.write_text("select distinct on (a) a from t")
    done = _invoke("check", "--format", "github", odd)
    assert done.exit_code == 1
    file = f"{tmp_path}/100%25%2Ca%3Ab.sql"
    assert done.stdout.startswith(
        f"::error file={file},line=1,title=Redshift%3A distinct on::SELECT DISTINCT ON is not"
    )
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.sql", b"select * from {{ ref('a') }}", "holds Jinja: run `dbt compile`"),
        ("model.sql", b"{% if a %} select 1 {% endif %}", "holds Jinja: run `dbt compile`"),
        ("model.sql", b"select '\xff'", "cannot be read: 'utf-8' codec can't decode byte 0xff"),
        ("other.txt", b"", "there is no file that ends in .sql"),
    ],
)
def test_check_says_what_it_cannot_read(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    done = _invoke("check", tmp_path)
    assert done.exit_code == 2
    assert message in done.stderr and "Traceback" not in done.output


def test_check_takes_braces_in_texts_and_comments_for_no_jinja(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("select '{{ a }}' -- {% b %}")
    assert _invoke("check", tmp_path).exit_code == 0


def test_check_needs_files_that_exist(tmp_path: Path) -> None:
    done = _invoke("check", tmp_path / "none.sql")
    assert (done.exit_code, done.stderr) == (2, f"Error: there is no file or folder {tmp_path}/none.sql.\n")
    assert _invoke("check").exit_code == 2


# ---------------------------------------------------------------- run


_ASK = """
import json, os, sys
import redshift_connector
names = ("HOST", "PORT", "DATABASE", "USER", "PASSWORD")
host, port, database, user, password = (os.environ["REDSHIFT_" + name] for name in names)
assert [host, port, database, user, password] == [os.environ["PG" + name] for name in names]
login = dict(host=host, port=int(port), database=database, user=user, password=password, ssl=False)
with redshift_connector.connect(**login) as connection, connection.cursor() as cursor:
    try:
        cursor.execute('/* {"app": "dbt", "node_id": "model.shop.a"} */ select distinct on (a) a from t')
    except redshift_connector.Error:
        pass
    print(json.dumps([database, user, password, os.environ["MINE"] == f"{host}:{port}/{database}"]))
sys.exit(int(sys.argv[1]))
"""


@pytest.mark.parametrize("code", ["0", "7"])
def test_run_gives_the_command_a_stand_in_and_takes_its_code(tmp_path: Path, code: str) -> None:
    log, report = tmp_path / "log", tmp_path / "report.json"
    options = ["--database", "shop", "--user", "me:it's", "--env", "MINE={host}:{port}/{database}", "--log", str(log)]
    if code == "7":
        options += ["--report", str(report), "--format", "json"]
    done = _run("run", *options, "--", sys.executable, "-c", _ASK, code)
    assert done.returncode == int(code), done.stderr
    assert json.loads(done.stdout) == ["shop", "me", "it's", True]
    assert "1 refused or failed" in done.stderr
    assert "distinct on" in log.read_text()
    if code == "7":
        (found,) = json.loads(report.read_text())["findings"]
        assert (found["where"], found["rule"]) == ("model.shop.a", "distinct on")
        assert "Refused" not in done.stderr
    else:
        assert "Refused model.shop.a\n" in done.stderr
        assert "    select distinct on (a) a from t\n" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--", "no-such-command"], 127, "there is no command no-such-command"),
        (["--s3", "s3://bucket=no/such/folder", "--", "true"], 125, "no/such/folder is no folder"),
        (["--s3", "s3://bucket", "--", "true"], 125, "--s3 s3://bucket: write s3://bucket/prefix=folder"),
        (["--env", "PORT", "--", "true"], 125, "--env PORT: write NAME=VALUE"),
        (["--user", "postgres", "--", "true"], 125, "PostgreSQL keeps the name postgres"),
        (["--log", "/no/such/folder/log", "--", "true"], 125, "the log cannot be written to /no/such/folder/log"),
        ([], 2, "Missing argument"),
    ],
)
def test_run_says_why_it_cannot(arguments: list[str], code: int, message: str) -> None:
    done = _invoke("run", *arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert done.stderr.count("\n") == 1 or code == 2


_WAIT = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
print("up", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 9)])
def test_run_stops_the_command_and_the_stand_in(how: signal.Signals, code: int) -> None:
    with _started("run", "--", sys.executable, "-c", _WAIT) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == "up\n"
        processes = _family(process)
        assert any(each.name() == "postgres" for each in processes)
        process.send_signal(how)
        assert process.wait(30) == code
        assert "No statement was sent." in process.stderr.read()
    assert _all_end(processes)


# ---------------------------------------------------------------- serve


def _serving(process: subprocess.Popen[str]) -> int:
    """Wait until a stand-in is up; return its port."""
    assert process.stdout
    line = process.stdout.readline()
    assert line.startswith("Listening on 127.0.0.1:"), line
    return int(line.removeprefix("Listening on 127.0.0.1:").partition(":")[0])


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_how_to_connect_and_stops_in_order(tmp_path: Path, how: signal.Signals) -> None:
    report = tmp_path / "report"
    with _started("serve", "--admin", "root", "--s3", f"s3://bucket={tmp_path}", "--report", str(report)) as process:
        assert process.stdout and process.stderr
        port = _serving(process)
        assert process.stdout.readline() == f"s3://bucket is {tmp_path}\n"
        processes = _family(process)
        client = "import psycopg2, sys; psycopg2.connect(host='127.0.0.1', port=sys.argv[1], dbname='dev', user='root')"
        subprocess.run([sys.executable, "-c", client, str(port)], check=True)
        process.send_signal(how)
        assert process.wait(30) == 0
        assert process.stderr.read() == "stopping ...\nNo statement was sent.\n"
    assert report.read_text() == "No statement was sent.\n"
    assert _all_end(processes)


def test_serve_names_a_taken_port(tmp_path: Path) -> None:
    with _started("serve") as process:
        port = _serving(process)
        done = _run("serve", "--port", str(port))
        assert done.returncode == 1
        assert done.stderr.startswith(f"Error: cannot listen on port {port}: ")
        assert done.stderr.count("\n") == 1
        processes = _family(process)
        process.kill()
    assert _all_end(processes)


def test_serve_ends_if_the_stand_in_does() -> None:
    with _started("serve") as process:
        assert process.stderr
        _serving(process)
        processes = _family(process)
        (server,) = processes[0].children()
        os.kill(server.pid, signal.SIGTERM)
        assert process.wait(30) == 1
        assert process.stderr.read() == "Error: the stand-in ended by itself.\n"
    assert _all_end(processes)


def test_help_is_complete() -> None:
    text = _invoke("--help").stdout
    for command in ("serve", "run", "check"):
        assert command in text
        assert _invoke(command, "--help").exit_code == 0


def test_the_github_action_checks_the_files_that_it_is_given(tmp_path: Path) -> None:
    steps = yaml.safe_load(Path(__file__).parents[1].joinpath("action.yml").read_text())["runs"]["steps"]
    check = next(step["run"] for step in steps if step["name"] == "Check")
    (tmp_path / "right").mkdir()
    (tmp_path / "right" / "a.sql").write_text(RIGHT)
    (tmp_path / "wrong.sql").write_text(WRONG)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for files, code in {"right": 0, "right wrong.sql": 1}.items():
        environment = {**os.environ, "FILES": files, "PATH": path}
        run = subprocess.run(["bash", "-c", check], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert run.returncode == code, run.stderr
        assert ("::error file=wrong.sql" in run.stdout) == bool(code)
