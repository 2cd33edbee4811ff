"""Reviews of three commits of this repository: production is the commit before each, built as it was then, on DuckDB.

They are of three kinds: a contract is broken, values differ, no row changes. The review is today's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.python.dbt_project import ROOT, own_environment

pytestmark = pytest.mark.soak


@dataclass(frozen=True)
class Reviewed:
    """A report, and the exit code with which it was written."""

    text: str
    code: int

    @property
    def verdict(self) -> str:
        return self.text.split("\n\n")[2]

    def rows(self) -> dict[str, tuple[int, int, int, int, int]]:
        """Return of each table that differs: rows before and after, added, removed, changed."""
        table = re.findall(r"^\| `(\w+)` \| (\S+) → (\S+) \| (\S+) \| (\S+) \| (\S+) \|$", self.text, re.MULTILINE)
        return {name: tuple(int(n.replace(",", "")) for n in numbers) for name, *numbers in table}

    def breaks(self) -> dict[str, str]:
        """Return what breaks readers of public models, by model."""
        return dict(re.findall(r"^- `(\w+)` \*\*breaks its readers\*\*: (.*)$", self.text, re.MULTILINE))


def review(commit: str, lake: Path, folder: Path) -> Reviewed:
    """Build the commit before this one in a clone, check this one out, and review it against the one before."""
    if subprocess.run(["git", "cat-file", "-e", f"{commit}^"], cwd=ROOT, capture_output=True, check=False).returncode:
        pytest.fail(
            f"this clone has not the commit before {commit[:8]}: a test that reviews real commits needs the history. "
            "Fetch it with git fetch --unshallow (in GitHub's checkout: fetch-depth: 0)."
        )

    def run(*command: str, code: Path, may_fail: bool = False) -> int:
        own = {name: value for name, value in own_environment().items() if not name.startswith("GITHUB_")}
        paths = f"{code / 'packages/redshift_rehearsal/src'}:{code}"
        settings = {"PYTHONPATH": paths, "DBT_PROFILES_DIR": "profiles", "TICKIT_LAKE": str(folder.with_name("lake"))}
        done = subprocess.run(
            command, cwd=folder, env={**own, **settings}, capture_output=True, text=True, check=False, timeout=600
        )
        assert may_fail or done.returncode == 0, f"{command}:\n{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
        return done.returncode

    # The builds publish into their lake.
    shutil.copytree(lake, folder.with_name("lake"))
    run_git = ("git", "-c", "advice.detachedHead=false")
    folder.mkdir()
    run(*run_git, "clone", "-q", "--shared", "--no-checkout", str(ROOT), ".", code=folder)
    run(*run_git, "checkout", "-q", f"{commit}^", code=folder)
    dbt = str(Path(sys.executable).with_name("dbt"))
    run(dbt, "deps", code=folder)
    run(dbt, "run-operation", "stage_external_sources", code=folder)
    # Unit tests quote engines of then; the review runs those of what has changed.
    run(dbt, "build", "--exclude-resource-type", "unit_test", code=folder)
    run(*run_git, "checkout", "-q", commit, code=folder)
    # These commits are older than the command.
    shutil.copytree(ROOT / "macros/review", folder / "macros/review")
    # -P: without it Python would take the modules of the folder in which it is started, those of then.
    command = (sys.executable, "-P", "-m", "scripts.cli", "review", "--base", "HEAD^")
    code = run(*command, code=ROOT, may_fail=True)
    return Reviewed((folder / "reports/review/review.md").read_text(encoding="utf-8"), code)


def test_a_commit_that_breaks_contracts(lake: Path, tmp_path: Path) -> None:
    """b81e9fb: six public marts became plain tables and lost a technical column, which others fill in another way."""
    found = review("b81e9fb676595fc925d5c5cdf61d880a243951a0", lake, tmp_path / "clone")
    broken = ["dim_non_buyers", "dim_users", *(f"rpt_{name}" for name in ("daily_sales", "daily_sales_by_category"))]
    broken += ["rpt_daily_sales_by_venue", "rpt_monthly_sales_by_seller"]
    assert found.verdict.startswith(f"**A contract is broken: {', '.join(f'`{name}`' for name in broken)}.** 3 of ")
    assert found.breaks() == dict.fromkeys(broken, r"column delivery\_version is gone")
    rows = found.rows()
    assert set(rows) == {"fct_listings", "fct_sales", "stg_tickit__delivered_months"}
    assert all(each == (each[0], each[0], 0, 0, each[0]) for each in rows.values())
    assert re.findall(r"^- other values in (.*)$", found.text, re.MULTILINE) == [
        f"`delivery_version` ({rows[name][0]:,} rows)" for name in sorted(rows)
    ]
    assert "- exposure **Sales dashboard**, owner Lakehouse team" in found.text
    assert found.code == 0


def test_a_commit_that_changes_values(lake: Path, tmp_path: Path) -> None:
    """3a517f1: what is not known became NULL, where 0 and false stood."""
    found = review("3a517f1adca0c7db48e15d0716f26692aa7e7046", lake, tmp_path / "clone")
    rows = found.rows()
    seats, likes = rows["dim_events"], rows["dim_non_buyers"]
    assert seats[:4] == (seats[0], seats[0], 0, 0)
    assert 0 < seats[4] < seats[0]
    assert f"- other values in `venue_seat_count` ({seats[4]} rows)" in found.text
    assert likes[4] == likes[0]
    assert "`likes_jazz` (" in found.text
    assert found.breaks()["fct_listings"] == r"type of sell\_through\_percent: decimal(5,2) → decimal(18,2)"
    assert found.breaks()["dim_dates"] == r"constraints of is\_federal\_holiday: not\_null → none"
    # One of its unit tests does not run with the dbt of today.
    assert found.verdict.startswith("**Do not merge: 1 failure.** ")
    assert r"unit test a\_sale\_with\_unknown\_keys\_stays" in found.text
    assert found.code == 1


def test_a_commit_that_changes_how_rows_are_written_and_none_of_them(lake: Path, tmp_path: Path) -> None:
    """d7335ec: outdated rows are deleted by a hook after the commit."""
    found = review("d7335ec4b1da114e89402dd0b22b155f2ed7b742", lake, tmp_path / "clone")
    assert re.fullmatch(
        r"\*\*No row changes:\*\* [0-9]+ relations compared, all as before\. [0-9]+ tests passed\.", found.verdict
    )
    changed = re.findall(r"^\| `(\w+)` \| model \| (.*) \| – \|$", found.text, re.MULTILINE)
    bases = ("categories", "dates", "events", "listings", "sales", "users", "venues")
    assert dict(changed) == {
        **{f"base_tickit__{name}": r"configuration, macro typed\_lines" for name in bases},
        "fct_listings": "code, configuration",
        "fct_sales": "code, configuration",
    }
    assert found.rows() == {}
    assert "`fct_sales`" in re.search(r"^The same in every row: (.*)$", found.text, re.MULTILINE)[1]
    assert found.code == 0
