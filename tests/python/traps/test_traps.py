"""Each trap of docs/engine_differences.md on both engines: it is one, and the project's way out of it works."""

from __future__ import annotations

import re

import pytest
from sqlfluff.core import FluffConfig, Linter

from scripts.lint.portability import check
from tests.python.dbt_project import ROOT
from tests.python.traps.engines import Engine
from tests.python.traps.table import TRAPS, Trap

each_trap = pytest.mark.parametrize("trap", TRAPS, ids=[trap.id for trap in TRAPS])

# A row of the documentation's table, whose cells may hold a pipe behind a backslash.
_ROW = re.compile(r"^\| (?P<number>\d+) \|(?P<cells>.*)\|$", re.MULTILINE)


# What the stand-in for Redshift is known to do otherwise, its lines joined.
LIMITS = " ".join((ROOT / "packages" / "redshift_rehearsal" / "README.md").read_text().split())


@each_trap
def test_bare_on_duckdb(trap: Trap, bare_duckdb: Engine) -> None:
    assert bare_duckdb(trap.bare).differs_from(trap.duckdb) == {}


@each_trap
def test_bare_on_redshift(trap: Trap, redshift: Engine) -> None:
    told = dict(trap.rehearsal or trap.redshift)
    limit = told.pop("limit", "")
    assert redshift(trap.bare).differs_from(told) == {}
    if trap.rehearsal:
        assert limit and limit in LIMITS


@each_trap
def test_the_engines_differ(trap: Trap) -> None:
    both = set(trap.duckdb) & set(trap.redshift)
    assert not both or any(trap.duckdb[part] != trap.redshift[part] for part in both)


@each_trap
def test_cure(trap: Trap, cures: dict[str, list[str]], own_duckdb: Engine, redshift: Engine) -> None:
    ours = own_duckdb(cures["duckdb"][trap.number - 1])
    theirs = redshift(cures["redshift"][trap.number - 1])
    told = {"name": "value", **trap.gives}
    # DuckDB keeps no length of a varchar.
    without_length = re.sub(r"^varchar\(.*", "varchar", told["type"])
    assert ours.differs_from({**told, "type": without_length}) == {}
    assert theirs.differs_from(told) == {}


@each_trap
def test_lint(trap: Trap) -> None:
    advice = [message for _, message in check(trap.bare)]
    assert any(trap.lint in message for message in advice) if trap.lint else not advice
    assert list(check(trap.cure)) == []


@pytest.mark.parametrize("trap", [trap for trap in TRAPS if trap.sqlfluff], ids=lambda trap: trap.id)
def test_sqlfluff(trap: Trap) -> None:
    config = FluffConfig.from_path(str(ROOT), overrides={"templater": "raw", "rules": trap.sqlfluff})
    linter = Linter(config)
    assert {found.rule_code() for found in linter.lint_string(f"{trap.bare}\n").violations} == {trap.sqlfluff}
    assert linter.lint_string(f"{trap.cure}\n").violations == []


def test_the_documentation_has_the_same_traps() -> None:
    rows = {
        int(row["number"]): re.split(r"(?<!\\)\|", row["cells"])
        for row in _ROW.finditer((ROOT / "docs" / "engine_differences.md").read_text())
    }
    assert list(rows) == [trap.number for trap in TRAPS]
    differing = {}
    for trap in TRAPS:
        _, redshift, _, _, held_by = rows[trap.number]
        documented = {"inferred": "†" in redshift, "lint": "lint" in held_by, "sqlfluff": "sqlfluff" in held_by}
        real = {"inferred": trap.inferred, "lint": bool(trap.lint), "sqlfluff": bool(trap.sqlfluff)}
        if documented != real:
            differing[trap.id] = {"documented": documented, "real": real}
    assert differing == {}
