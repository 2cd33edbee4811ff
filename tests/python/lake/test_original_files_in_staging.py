"""What AWS's files may hold gets through staging: booleans of any spelling, unknown values, any year."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from scripts.core.progress import Silent
from scripts.lake.originals import convert_originals
from tests.python.dbt_project import dbt_env, must_run_dbt
from tests.python.lake.originals_fixture import write_originals

pytestmark = pytest.mark.soak


def test_spellings_and_years_are_staged(tmp_path: Path, installed_packages: None) -> None:
    lake = tmp_path / "lake"
    lake.mkdir()
    convert_originals(write_originals(tmp_path / "aws"), lake, Silent())
    users = lake / "raw_tickit_data/user/user.txt"
    # As they are in the originals: a lake can also come from elsewhere.
    users.write_text(
        users.read_text().replace("true|true|true|true", "T|1|Yes|y").replace("false|false|false|false", "F|0|No|n")
    )
    env = dbt_env(tmp_path / "dbt", "ci", lake)
    must_run_dbt("run-operation", "stage_external_sources", env=env)
    must_run_dbt("run", "--select", "+stg_tickit__users", "+stg_tickit__events", "+stg_tickit__dates", env=env)
    with duckdb.connect(env["TICKIT_WAREHOUSE"], read_only=True) as connection:
        likes = connection.execute(
            "select likes_sports, likes_theatre, likes_concerts, likes_jazz, likes_musicals "
            "from tickit_staging.stg_tickit__users order by user_id"
        ).fetchall()
        events = connection.execute("select starts_at::varchar from tickit_staging.stg_tickit__events").fetchall()
        dates = connection.execute(
            "select calendar_date::varchar, is_holiday from tickit_staging.stg_tickit__dates order by date_id"
        ).fetchall()
    assert likes == [(True, True, None, False, True), (True,) * 5, (False, False, False, False, None)]
    assert sorted(events) == [("2008-01-25 14:30:00",), ("2009-01-02 19:00:00",)]
    assert dates == [("2008-01-01", True), ("2008-05-06", False), ("2009-01-01", True), ("2009-01-02", False)]
