"""Runs public dbt projects against a stand-in, as their own tests run them on Redshift, and counts what fails."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from redshift_rehearsal.conformance.mistakes import mistake
from redshift_rehearsal.conformance.sources import Source, folder_of, is_installed
from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.rehearsal import Rehearsal, start
from redshift_rehearsal.settings import Settings

# Seconds that one command of dbt may take.
_TIMEOUT = 1800
_BUILD = ("seed --full-refresh", "run", "test")


def _whole(repository: str, commit: str) -> Source:
    return Source(repository.partition("/")[2], repository, commit, "", "", lambda _: iter(()))


DBT_UTILS = _whole("dbt-labs/dbt-utils", "700764ce230b2fb775b5338b6bc77a72233ea34c")
DBT_DATE = _whole("godatadriven/dbt-date", "e706de9630b228aae58a2bb0e99f34b19abb4688")
FIVETRAN_UTILS = _whole("fivetran/dbt_fivetran_utils", "ccf3d58a6919cfd234699ef1f1143b65e05ef9ad")
SPARK_UTILS = _whole("dbt-labs/spark-utils", "34ac5cb23d77064c5194aab26dbdaba9bb26c113")
AUDIT_HELPER = _whole("dbt-labs/dbt-audit-helper", "3bd0ca4e9d79b7d740ad7e77384b3d03a16cf242")


@dataclass(frozen=True)
class Project:
    """A dbt project of a repository, and how it is run.

    folder    where it is in the repository; "" if it is the whole
    packages  what it and its packages need, besides the repository itself
    commands  dbt's commands, in this order
    files     address in S3 -> folder of the repository with what is there
    schema    the one that its sources expect
    case_sensitive  whether its own tests run on a cluster where quoted names keep their case
    """

    source: Source
    folder: str = "integration_tests"
    packages: tuple[Source, ...] = ()
    commands: tuple[str, ...] = _BUILD
    files: dict[str, str] = field(default_factory=dict)
    schema: str = "public_project"
    case_sensitive: bool = False


PROJECTS = (
    Project(DBT_UTILS, case_sensitive=True),
    Project(DBT_DATE),
    Project(
        _whole("dbt-labs/dbt-codegen", "526cb1f0e8464d88b931e0249b4198039f15d641"),
        packages=(DBT_UTILS,),
        commands=("run-operation create_source_table", *_BUILD),
        case_sensitive=True,
    ),
    Project(
        _whole("dbt-labs/jaffle-shop", "7be2c5838dbdeca8e915d4e46db70e910753d7f6"),
        folder="",
        packages=(DBT_UTILS, DBT_DATE, AUDIT_HELPER),
        commands=("seed --vars {load_source_data: true}", "run", "test"),
    ),
    Project(
        _whole("metaplane/dbt-expectations", "77d385655ce3318685cf6930b46d077f61de5f55"), packages=(DBT_UTILS, DBT_DATE)
    ),
    Project(
        AUDIT_HELPER,
        packages=(DBT_UTILS,),
        commands=("seed --full-refresh", "run --exclude tag:skip", "test --exclude tag:skip"),
    ),
    Project(
        _whole("dbt-labs/dbt-project-evaluator", "927abbd523b627f4f1595e2fb93ebf2244314bd6"), packages=(DBT_UTILS,)
    ),
    Project(
        _whole("dbt-labs/dbt-external-tables", "c33165e5d8b2f8908571f11dfa61654109b8c5b5"),
        packages=(DBT_UTILS,),
        commands=(
            *("seed --full-refresh", "run", "run-operation prep_external"),
            "run-operation dbt_external_tables.stage_external_sources --vars {ext_full_refresh: true}",
            *("run-operation dbt_external_tables.stage_external_sources", "test"),
        ),
        files={"s3://dbt-external-tables-testing": "integration_tests/public_data"},
    ),
    Project(
        _whole("fivetran/dbt_github", "48ceaa54a3ff3474323612a1b34f3bf39dd82783"),
        packages=(DBT_UTILS, FIVETRAN_UTILS, SPARK_UTILS),
        schema="github_integration_tests_1",
    ),
    Project(
        _whole("fivetran/dbt_zendesk", "0baeb69a6aa5badcd3c8b0281b8f17416d1cbc13"),
        packages=(DBT_UTILS, FIVETRAN_UTILS, SPARK_UTILS),
        schema="zendesk_integration_tests",
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What came of one seed, model, test or operation of a project.

    status   dbt's: success, pass, warn, error, fail, skipped ...
    message  dbt's, "" if it went well
    """

    project: str
    node: str
    status: str
    message: str = ""

    @property
    def went_well(self) -> bool:
        """Whether it did what the project asks for."""
        return self.status in ("success", "pass", "warn", "no-op")

    @property
    def mistake(self) -> str:
        """Why the project itself is at fault, "" if none is known."""
        return "" if self.went_well else mistake(self.project, self.node)


def run(given: Path | None, say: Callable[[str], None]) -> list[Outcome]:
    """Run all projects; raise RehearsalError if one cannot be had, or dbt-redshift is not installed."""
    if not is_installed("dbt.adapters.redshift"):
        raise RehearsalError("public dbt projects need the Python package dbt-redshift: pip install dbt-redshift.")
    found: list[Outcome] = []
    for project in PROJECTS:
        say(f"{project.source.repository} ...")
        with TemporaryDirectory() as place:
            found += _run(project, Path(place), given)
    return found


def _run(project: Project, place: Path, given: Path | None) -> Iterator[Outcome]:
    """Run one project in a copy, with its packages beside it, in a stand-in of its own."""
    copies = [_copy(source, place, given) for source in (project.source, *project.packages)]
    folder = copies[0] / project.folder
    installed = [copy for copy in copies if copy != folder and (copy / "dbt_project.yml").exists()]
    (folder / "packages.yml").write_text(
        json.dumps({"packages": [{"local": str(copy)} for copy in installed]}), encoding="utf-8"
    )
    folders = {prefix: copies[0] / part for prefix, part in project.files.items()}
    with start(Settings(folders=folders, case_sensitive=project.case_sensitive)) as rehearsal:
        _write_profile(place, rehearsal, project.schema)
        for command in ("deps", *project.commands):
            yield from _outcomes(project, folder, command, _environment(place, rehearsal))


def _copy(source: Source, place: Path, given: Path | None) -> Path:
    """Copy a repository; its packages are named by the project that is run, each by its folder."""
    copy = place / source.name
    shutil.copytree(folder_of(source, given), copy)
    for name in ("packages.yml", "dependencies.yml", "package-lock.yml"):
        for file in copy.rglob(name):
            file.unlink()
    return copy


def _write_profile(place: Path, rehearsal: Rehearsal, schema: str) -> None:
    output = {
        "type": "redshift",
        "host": rehearsal.host,
        "port": rehearsal.port,
        "dbname": rehearsal.database,
        "user": rehearsal.user,
        "password": rehearsal.password,
        "sslmode": "disable",
        "schema": schema,
        "threads": 2,
    }
    profile = {"conformance": {"target": "redshift", "outputs": {"redshift": output}}}
    (place / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")


def _environment(place: Path, rehearsal: Rehearsal) -> dict[str, str]:
    return {
        **os.environ,
        **rehearsal.environment,
        "DBT_PROFILES_DIR": str(place),
        "DBT_PROFILE": "conformance",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_TARGET_PATH": str(place / "target"),
        "DBT_LOG_PATH": str(place / "logs"),
        # The packages' own lists of versions are a year behind dbt's.
        "DBT_VERSION_CHECK": "false",
        "DBT_USE_COLORS": "false",
        # Read by the sources of dbt-external-tables.
        "REDSHIFT_SPECTRUM_IAM_ROLE": "arn:aws:iam::000000000000:role/conformance",
    }


def _outcomes(project: Project, folder: Path, command: str, environment: dict[str, str]) -> Iterator[Outcome]:
    """Run a command of dbt; yield what its results say, or that it failed."""
    words = re.findall(r"\{.*\}|\S+", command)
    report = Path(environment["DBT_TARGET_PATH"]) / "run_results.json"
    report.unlink(missing_ok=True)
    try:
        done = subprocess.run(
            [sys.executable, "-c", "from dbt.cli.main import cli; cli()", *words],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except subprocess.TimeoutExpired as error:
        raise RehearsalError(f"dbt {command} of {project.source.repository} took over {_TIMEOUT} seconds.") from error
    name = project.source.repository
    results = json.loads(report.read_text(encoding="utf-8"))["results"] if report.exists() else []
    for result in results:
        outcome = Outcome(name, result["unique_id"], str(result["status"]))
        yield outcome if outcome.went_well else Outcome(name, outcome.node, outcome.status, result["message"] or "")
    if done.returncode and all(Outcome(name, "", str(result["status"])).went_well for result in results):
        yield Outcome(name, f"dbt {command}", "error", done.stdout[-2000:] + done.stderr[-2000:])


def written(found: list[Outcome]) -> str:
    """Write the counts as a table in Markdown."""
    lines = ["| nodes of | counted | pass | its own mistakes | errors of the stand-in |", "|---|---|---|---|---|"]
    for project in PROJECTS:
        name = project.source.repository
        every = [one for one in found if one.project == name]
        passed = sum(one.went_well for one in every)
        mistakes = sum(bool(one.mistake) for one in every)
        lines.append(f"| {name} | {len(every)} | {passed} | {mistakes} | {len(every) - passed - mistakes} |")
    return "\n".join(lines)


def details(found: list[Outcome]) -> str:
    """Write a line for each node that did not go well, with the reason if the project itself is at fault."""
    return "\n".join(
        f"{one.project} {one.node}: {one.mistake or one.status}: {' '.join(one.message.split())[:1000]}"
        for one in found
        if not one.went_well
    )
