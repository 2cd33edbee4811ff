"""Snapshots on the stand-in for Redshift: what is no delivery writes no history there either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from redshift_rehearsal import Rehearsal, start

from scripts.lake.layout import TABLES
from scripts.rehearsal.setting_up import create_external_schema, environment, settings, write_inventory
from tests.python.dbt_project import dbt_env
from tests.python.incremental.forked_dbt import ForkedDbt, forked_dbt
from tests.python.incremental.kept_history import KEEP, STAGE, rewrite, set_field, without
from tests.python.tickit import make_lake

# `make rehearse` writes and checks history twice; tests/python/incremental tells this story on DuckDB.
pytestmark = pytest.mark.soak

CITY, STATE = 4, 5


@dataclass
class Kept:
    """The stand-in, its lake, and dbt for both."""

    redshift: Rehearsal
    lake: Path
    dbt: ForkedDbt

    def keep(self) -> str:
        """Load what is in the lake."""
        write_inventory(self.lake)
        self.dbt.must_run(*STAGE)
        return self.dbt.must_run(*KEEP)

    def users(self) -> list[tuple]:
        """Return the history of users, less the note of what it was compared with."""
        return self.redshift.run(
            "select user_id, city, is_deleted, lake, dbt_valid_from, dbt_valid_to from tickit_snapshots.users_snapshot "
            "order by user_id, dbt_valid_from"
        )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("history")
    lake = folder / "lake"
    assert make_lake(["--scale", "0.01", "--dest", str(lake), "--until", "2008-03"]) == 0
    write_inventory(lake)
    with start(settings(lake)) as running:
        create_external_schema(running)
        env = {**dbt_env(folder, "rehearsal", lake), **environment(running), "TICKIT_REBUILD_FACTS": "yes"}
        with forked_dbt(env) as dbt:
            dbt.must_run(*STAGE)
            yield Kept(running, lake, dbt)


def test_history_is_written_by_deliveries_only(kept: Kept) -> None:
    """One story, as each chapter begins with what the last one left."""
    user = TABLES["user"].path(kept.lake)
    # Tables without rows, as a dry run makes them, then the first of them.
    kept.dbt.must_run(*KEEP, "--empty")
    assert kept.users() == []
    kept.keep()
    first = kept.users()
    assert len(first) == 500
    assert {lake for _, _, _, lake, _, _ in first} == {"s3://rehearsal/lake"}

    # No delivery.
    code, output = kept.dbt.run(*KEEP, "--empty")
    assert (code, "--empty would take all rows out of this target" in output) == (1, True), output
    kept.dbt.must_run(*KEEP, "--full-refresh")
    before = user.read_bytes()
    rewrite(user, lambda _: [])
    kept.keep()
    rewrite(user, lambda _: [["a", "b"], ["c", "d"]])
    kept.keep()
    assert kept.users() == first

    # A delivery, after the clock was set back: in May 2056, say.
    user.write_bytes(before)
    for column in ("dbt_valid_from", "dbt_updated_at"):
        kept.redshift.run(f"update tickit_snapshots.users_snapshot set {column} = dateadd(year, 30, {column})")
    for change in (set_field("1", CITY, "Elsewhere"), set_field("2", STATE, "TOO LONG"), without("3")):
        rewrite(user, change)
    assert "Was the clock set back?" in kept.keep()
    rows = {key: [row for row in kept.users() if row[0] == key] for key in (1, 2, 3)}
    assert [(city, deleted) for _, city, deleted, *_ in rows[1]] == [(rows[1][0][1], False), ("Elsewhere", False)]
    assert [deleted for _, _, deleted, *_ in rows[2]] == [False]
    assert [deleted for _, _, deleted, *_ in rows[3]] == [False, True]
    assert rows[1][0][4] < rows[1][0][5] == rows[1][1][4]
    kept.dbt.must_run("test", "--select", "history_of_users_snapshot")

    # Another lake.
    kept.redshift.run("update tickit_snapshots.users_snapshot set lake = 's3://another'")
    code, output = kept.dbt.run(*KEEP)
    assert (code, output.count("is the history of another lake (s3://another)")) == (1, 1), output
