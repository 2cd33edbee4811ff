"""Runs dbt-redshift's own functional tests against a stand-in, and counts what passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from redshift_rehearsal.conformance.sources import Source, folder_of, is_installed
from redshift_rehearsal.errors import RehearsalError
from redshift_rehearsal.rehearsal import Rehearsal, start
from redshift_rehearsal.settings import Settings


def _no_statements(_: str) -> Iterator[tuple[int, str]]:
    return iter(())


SOURCE = Source(
    "dbt-redshift's functional tests",
    "dbt-labs/dbt-adapters",
    "802d40f0f0eb663c17e5be08d1e3fb2e55b9ee34",
    "dbt-redshift",
    ".py",
    _no_statements,
)
# What the tests are run with: module -> the package that brings it.
_NEEDED = {
    "dbt.tests.adapter": "dbt-tests-adapter",
    "dbt.adapters.redshift": "dbt-redshift",
    "pytest": "pytest",
    "cryptography": "redshift-rehearsal[tls]",
}
# Part of a test's name -> why it is not counted.
_OUTSIDE = {
    r"\.cross_database\.": "a second database",
    r"\.datashare_consumer\.": "a second warehouse",
    r"\.hyphenated_database\.": "a database with a hyphen in its name",
    r"\.TestI(AM|am)": "IAM",
    r"\.TestRedshiftEmptySeedFlag\.": "an option that dbt-core 1.11 lacks",
}
_SKIPPED = "dbt-redshift skips it"
# The tests belong to the adapter of their commit, which is often newer than the one that is installed.
_PYTEST = """
import sys, pytest, dbt.adapters, dbt.include
for package in (dbt.adapters, dbt.include):
    package.__path__.insert(0, "src/" + package.__name__.replace(".", "/"))
sys.exit(pytest.main())
"""
_USERS = ("dbt_test_user_1", "dbt_test_user_2", "dbt_test_user_3")
_GROUPS = ("dbt_test_group_1",)
# It is there in dbt-labs' warehouse: a test fails to make it.
_DATABASE = "db_for_test__do_delete_if_you_see_this"


@dataclass(frozen=True)
class Outcome:
    """What came of one test: its name, the message if it did not pass, and why it is not counted, "" if it is."""

    name: str
    message: str = ""
    left_out: str = ""


def run(given: Path | None, say: Callable[[str], None]) -> list[Outcome]:
    """Run all tests; raise RehearsalError if they cannot be had or run."""
    for module, package in _NEEDED.items():
        if not is_installed(module):
            raise RehearsalError(f"dbt-redshift's tests need the Python package {package}: pip install '{package}'.")
    folder = folder_of(SOURCE, given) / "dbt-redshift"
    say(f"{SOURCE.name}: this takes up to an hour ...")
    # As dbt-labs' warehouse is: encrypted only, and quoted names keep their case.
    with TemporaryDirectory() as place, start(Settings(tls=True, case_sensitive=True)) as rehearsal:
        rehearsal.run(f"create database {_DATABASE}")
        for user in _USERS:
            rehearsal.run(f"create user {user} password disable")
        for group in _GROUPS:
            rehearsal.run(f"create group {group}")
        report = Path(place) / "report.xml"
        command = [
            *(sys.executable, "-c", _PYTEST, "tests/functional", "-q", "-p", "no:cacheprovider", "-o", "addopts="),
            *("--continue-on-collection-errors", f"--basetemp={place}/tests", f"--junitxml={report}"),
        ]
        done = subprocess.run(
            command, cwd=folder, env=_environment(rehearsal), capture_output=True, text=True, check=False
        )
        if not report.exists():
            raise RehearsalError(f"dbt-redshift's tests did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return outcomes(report)


def _environment(rehearsal: Rehearsal) -> dict[str, str]:
    """Return the variables that the tests read (test.env.example)."""
    given = {
        "HOST": rehearsal.host,
        "PORT": str(rehearsal.port),
        "DBNAME": rehearsal.database,
        "USER": rehearsal.user,
        "PASS": rehearsal.password,
        "REGION": "us-east-1",
    }
    named = {f"REDSHIFT_TEST_{name}": value for name, value in given.items()}
    named |= {f"DBT_TEST_USER_{number}": user for number, user in enumerate(_USERS, 1)}
    named |= {f"DBT_TEST_GROUP_{number}": group for number, group in enumerate(_GROUPS, 1)}
    return {**os.environ, **rehearsal.environment, **named, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}


def outcomes(report: Path) -> list[Outcome]:
    """Read what pytest wrote in the form of JUnit."""
    found = []
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest has just written it
        name = f"{case.get('classname')}.{case.get('name')}"
        left_out = next((reason for pattern, reason in _OUTSIDE.items() if re.search(pattern, name)), "")
        if case.find("skipped") is not None:
            left_out = left_out or _SKIPPED
        failed = next((child for child in case if child.tag in ("failure", "error")), None)
        message = "" if failed is None else (failed.get("message") or failed.tag)
        found.append(Outcome(name, message, left_out))
    return found


def written(found: list[Outcome]) -> str:
    """Write the counts as a table in Markdown."""
    counted = [one for one in found if not one.left_out]
    passed = [one for one in counted if not one.message]
    reasons = Counter(one.left_out for one in found if one.left_out)
    left_out = ", ".join(f"{reason}: {number}" for reason, number in sorted(reasons.items())) or "none"
    share = len(passed) / len(counted) if counted else 0.0
    return "\n".join(
        [
            "| tests of | counted | pass | share | left out |",
            "|---|---|---|---|---|",
            f"| {SOURCE.name} | {len(counted)} | {len(passed)} | {share:.1%} | {left_out} |",
        ]
    )


def details(found: list[Outcome]) -> str:
    """Write a line for each test that counts and does not pass."""
    return "\n".join(
        f"{one.name}: {' '.join(one.message.split())[:500]}" for one in found if one.message and not one.left_out
    )
