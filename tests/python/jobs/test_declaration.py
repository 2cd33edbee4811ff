"""jobs/jobs.yml: what it declares can be run, and each mistake in such a file is one sentence with its line."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scripts.cli import app, main
from scripts.jobs.command_lines import wrong_command_lines
from scripts.jobs.declaration import DECLARATION, SCHEMA, DeclarationError, Step, load, wrong_in_command
from tests.python.dbt_project import ROOT

TEXT = (ROOT / DECLARATION).read_text(encoding="utf-8")
VALID = yaml.safe_load(TEXT)

SMALL = """\
jobs:
  daily:
    description: Load what came.
    cron: "30 4 * * *"
    target: redshift
    timeout_minutes: 60
    retries: 2
    notify: [failure]
    steps:
      - name: build
        command: dbt build
      - name: docs
        command: dbt docs generate
        targets: [dev]
"""


@pytest.fixture(autouse=True)
def _in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def said_of(text: str | bytes, folder: Path) -> str:
    """Return what is said of a file that is wrong."""
    path = folder / "jobs.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DeclarationError) as error:
        load(path)
    return str(error.value).replace(f"{path}:", "", 1)


def test_the_declared_jobs_are_read() -> None:
    jobs = load()
    assert list(jobs) == list(VALID["jobs"])
    daily = jobs["daily"]
    assert (daily.cron, daily.target, daily.notify) == ("30 4 * * *", "redshift", ("failure", "recovery"))
    assert [step.name for step in daily.steps_on("dev")] == [
        *("packages", "stage", "freshness", "build", "serving", "open_tables", "docs", "dashboard", "health"),
    ]
    assert [step.name for step in daily.steps_on("redshift")][:2] == ["inventory", "publish"]


@pytest.mark.parametrize("name", ["daily", "weekly", "review"])
def test_the_commands_exist_with_these_options(name: str) -> None:
    """Each command line goes through the parser of its command: a renamed option is found here."""
    assert list(wrong_command_lines([load()[name]], typer.main.get_command(app))) == []
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    made = [shlex.split(step.command) for step in load()[name].steps if step.command.startswith("make ")]
    assert {command[1] for command in made} <= set(targets)


def test_a_command_that_does_not_exist_is_named() -> None:
    job = load()["daily"]
    for command, said in {
        "dbt build --slect a": "No such option '--slect'",
        "dbt biuld": "No such command 'biuld'",
        "tickit docs --no-sirve": "No such option: --no-sirve",
        "tickit lint portabilty": "No such command 'portabilty'",
        "tickit docs --port many": "'many' is not a valid int",
    }.items():
        one = replace(job, steps=(Step("x", command),))
        (sentence,) = wrong_command_lines([one], typer.main.get_command(app))
        assert sentence.startswith(f"step x of job daily: `{command}` is refused: ")
        assert said in sentence


def test_the_schema_is_one_and_editors_find_it() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))
    named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", TEXT)
    assert named
    assert (ROOT / DECLARATION.parent / named[1]).samefile(SCHEMA)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "1: the file is empty: declare a job."),
        ("jobs:", "jobs: [", "3: this is not YAML: "),
        ("target: redshift", "target: redshfit", "5: target of job daily is wrong: target redshfit is not in profiles"),
        ("retries: 2", "retrys: 2", "7: retrys of job daily is no key that is known here (did you mean retries?): the"),
        ("    retries: 2\n", "", "2: job daily lacks retries: it has to be a job with description, "),
        ("retries: 2", "retries: -1", "7: retries of job daily is -1: give how often a step is repeated after a "),
        ("retries: 2", "retries: yes", "7: retries of job daily is true: give how often"),
        ("minutes: 60", "minutes: .nan", "6: timeout_minutes of job daily is NaN: give a whole number of minutes"),
        ("    retries: 2", "    retries: 2\n    retries: 3", "8: `retries` is there twice: remove one."),
        ("    retries: 2", "    retries: 2\n    on: x", "8: `on` is no text for YAML: give a name as key."),
        ("[failure]", "[failure, recovered]", '8: notify of job daily is "recovered": give failure, recovery or succ'),
        ("    notify", "    trigger: pull_request\n    notify", "2: job daily has cron and trigger: give one of the t"),
        ('    cron: "30 4 * * *"\n', "", "2: job daily has neither cron nor trigger: give one of the two."),
        ("30 4 * * *", "30 24 * * *", "4: cron of job daily is 30 24 * * *: its hour has to be *, or of numbers from "),
        ("30 4 * * *", "30 4 * * 5-2", "4: cron of job daily is 30 4 * * 5-2: its day of the week has to be *"),
        ("30 4 * * *", "@daily", '4: cron of job daily is "@daily": give five fields of cron in UTC'),
        ("name: docs", "name: build", "12: name of step 2 of job daily is build, as that of an earlier step: give ano"),
        ("name: docs", "name: ../x", '12: name of step 2 of job daily is "../x": give a name of lower-case letters'),
        ("dbt build", "rm -rf x", '11: command of step 1 of job daily is "rm -rf x": give one command line of dbt'),
        ("dbt build", "dbt build && dbt test", "11: command of step 1 of job daily has &&, which needs a shell: give "),
        ("dbt build", "tickit inventory $TICKIT_LAKE", "11: command of step 1 of job daily has $, which only a shell"),
        ("dbt build", "tickit job weekly", "11: command of step 1 of job daily starts a job, which waits for the lock"),
        ("dbt build", "dbt build --select 'a", "11: command of step 1 of job daily cannot be split into words (no clo"),
        ("[dev]", "[dev, prod]", "14: targets of step 2 of job daily is wrong: target prod is not in profiles/"),
        ("[dev]", "[]", "14: targets of step 2 of job daily is a list without entries: give a list of the only target"),
        ("  daily:", "  Daily:", "2: job Daily has to be a name of lower-case letters"),
        ("Load what came.", '"a\\u202eb"', "3: description of job daily has a line break or a character that cannot b"),
        ("Load what came.", "2026-02-31", "1: the file has a value that YAML cannot read (day is out of range for mon"),
        ("  daily:", "  daily: &d\n    x: *d\n    y:", "3: x of job daily refers to itself (line 2): write it out."),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence_with_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = SMALL.replace(old, new, 1) if old else "# nothing\n"
    assert said_of(text, tmp_path).startswith(said)


def test_bytes_that_are_no_text_have_a_line_too(tmp_path: Path) -> None:
    assert said_of(SMALL.encode().replace(b"came", b"c\xe4me"), tmp_path).startswith("3: a character is not UTF-8")
    assert said_of(SMALL.replace("came", "c\x00me"), tmp_path).startswith("3: this is not YAML: ")


def test_there_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"there is no .*jobs\.yml: start in the folder of the project"):
        load(tmp_path / "jobs.yml")


def test_a_quoted_command_is_no_shells() -> None:
    assert wrong_in_command("dbt run-operation x --args '{a: \"b|c;d\"}' # no comment") is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["job", "dailly", "--dry-run"], "jobs/jobs.yml has no job 'dailly' (did you mean daily?): it has daily, week"),
        (["job", "daily", "--dry-run", "--from", "x"], "job daily has no step 'x' on target dev: it has packages"),
        (["job", "daily", "--dry-run", "--from", "publish"], "job daily has no step 'publish' on target dev"),
    ],
)  # fmt: skip
def test_wrong_use_has_exit_code_2(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DBT_TARGET", raising=False)
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_a_dry_run_is_a_script_that_can_be_pasted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DBT_PROFILES_DIR", raising=False)
    assert main(["job", "daily", "--target", "redshift", "--dry-run", "--from", "build"]) == 0
    lines = [shlex.split(line, comments=True) for line in capsys.readouterr().out.splitlines()]
    steps = load()["daily"].steps_on("redshift")
    at = [step.name for step in steps].index("build")
    assert [line for line in lines if line] == [
        ["export", "DBT_TARGET=redshift"],
        ["export", "DBT_PROFILES_DIR=profiles"],
        *(shlex.split(step.command) for step in steps[at:]),
    ]


def test_the_list_names_every_job_and_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["jobs", "list"]) == 0
    said = capsys.readouterr().out
    for job in load().values():
        assert f"{job.name}: {job.description}" in said
        assert all(step.command in said for step in job.steps)


def _places(value: Any, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return where all values are, those within others too."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, each in inside for found in _places(each, (*place, key)))]


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=80), st.dates(), st.binary(max_size=4),
    st.lists(st.integers(), max_size=2), st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_put_into_the_file_is_accepted_or_one_sentence(data: st.DataObject, tmp_path: Path) -> None:
    content = yaml.safe_load(SMALL)
    *above, last = data.draw(st.sampled_from([place for place in _places(content) if place]), label="where")
    inner = content
    for key in above:
        inner = inner[key]
    match data.draw(st.sampled_from(["replace", "remove", "add"]), label="what"):
        case "replace":
            inner[last] = data.draw(ODD, label="value")
        case "remove":
            del inner[last]
        case "add" if isinstance(inner, dict):
            inner[data.draw(st.one_of(st.text(max_size=8), st.integers()), label="key")] = data.draw(ODD)
        case _:
            inner.append(data.draw(ODD))
    path = tmp_path / "jobs.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=data.draw(st.booleans())), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").count("\n") + 1
    try:
        assert load(path)
    except DeclarationError as error:
        said = re.fullmatch(rf"{re.escape(str(path))}:(\d+): [^\n]+\.", str(error))
        assert said, str(error)
        assert 1 <= int(said[1]) <= lines


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(SMALL)), junk=st.text(max_size=4), cut=st.integers(0, 3))
def test_a_mistyped_file_is_accepted_or_one_sentence(at: int, junk: str, cut: int, tmp_path: Path) -> None:
    path = tmp_path / "jobs.yml"
    path.write_bytes((SMALL[:at] + junk + SMALL[at + cut :]).encode("utf-8", "surrogatepass"))
    try:
        load(path)
    except DeclarationError as error:
        assert re.fullmatch(rf"{re.escape(str(path))}:\d+: [^\n]+\.", str(error)), str(error)
