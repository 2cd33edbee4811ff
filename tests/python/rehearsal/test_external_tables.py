"""The package against the stand-in, with the real dbt-redshift: what it registers, and what a failure leaves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from redshift_rehearsal import Rehearsal

from packages.external_tables.tests.conftest import Staged, Weather
from scripts.rehearsal.setting_up import LAKE_URL
from tests.python.dbt_project import ROOT

PACKAGE = ROOT / "packages" / "external_tables"
URL = f"{LAKE_URL}/weather"
VALUES = ["2024-01", "o'clock", "back\\slash", "ends\\", "a\\'b; drop", "US", "us", "é", "null", "x) or ('a'='a"]


class OnRedshift(Weather):
    """The package's small project, with its lake in the stand-in's."""

    def stage(self, *arguments: str) -> Staged:
        return super().stage("--target", "redshift", *arguments)


@pytest.fixture(scope="module")
def weather(rehearsal: Rehearsal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnRedshift]:
    root = tmp_path_factory.mktemp("weather")
    shutil.copytree(PACKAGE / "tests" / "project", root, dirs_exist_ok=True)
    (root / "dbt_packages").mkdir()
    (root / "dbt_packages" / "external_tables").symlink_to(PACKAGE)
    (root / "models").mkdir()
    made = OnRedshift(root)
    made.lake = rehearsal.settings.folders[LAKE_URL] / "weather"
    with pytest.MonkeyPatch.context() as patched:
        for name in [name for name in os.environ if name.startswith("DBT_")]:
            patched.delenv(name)
        patched.setenv("WEATHER_REDSHIFT_HOST", rehearsal.host)
        patched.setenv("WEATHER_REDSHIFT_PORT", str(rehearsal.port))
        rehearsal.run("create external schema weather_external from data catalog database 'weather' iam_role default")
        yield made
        rehearsal.run("drop schema weather_external")


@pytest.mark.soak
def test_a_partition_may_have_any_value(weather: OnRedshift, rehearsal: Rehearsal) -> None:
    for number, value in enumerate(VALUES):
        weather.put(f"reading/p={value}/r.txt", f"id\n{number}\n")
    column = {"name": "p", "data_type": "varchar(32)", "vals": VALUES}
    weather.declare(weather.table("reading", "id", location=f"{URL}/reading/", partitions=[column]))
    staged = weather.stage()
    assert staged.success, staged.error
    assert rehearsal.run("select p, id from weather_external.reading order by id") == [
        (value, str(number)) for number, value in enumerate(VALUES)
    ]
    again = weather.stage()
    assert again.line("raw.reading") == "unchanged"


def test_partitions_of_others_stay_until_the_yaml_says_drop(weather: OnRedshift, rehearsal: Rehearsal) -> None:
    weather.put("kept/p=a/r.txt", "id\n1\n")
    weather.put("elsewhere/r.txt", "id\n2\n")
    column = {"name": "p", "data_type": "varchar(32)", "vals": ["a"]}
    table = weather.table("kept", "id", location=f"{URL}/kept/", partitions=[column])
    weather.declare(table)
    assert weather.stage().success
    rehearsal.run(f"alter table weather_external.kept add partition (p='crawled') location '{URL}/elsewhere/'")
    rows = "select p, id from weather_external.kept order by id"

    staged = weather.stage()
    assert "the partitions crawled are registered and not declared" in staged.warnings[0]
    assert weather.stage("--args", "{ext_full_refresh: true}").success
    assert rehearsal.run(rows) == [("a", "1"), ("crawled", "2")]

    table["external"]["undeclared_partitions"] = "drop"
    weather.declare(table)
    assert weather.stage().line("raw.kept") == "partitions removed 1"
    assert rehearsal.run(rows) == [("a", "1")]


def test_after_a_failed_statement_it_is_known_what_was_made_and_the_next_run_goes_on(
    weather: OnRedshift, rehearsal: Rehearsal
) -> None:
    tables = []
    for name in ("first", "second", "third"):
        weather.put(f"{name}/s.txt", "id\n1\n")
        tables.append(weather.table(name, "id", location=f"{URL}/{name}/"))
    # A type that no external table has: the package does not know all types, Redshift does.
    tables[1]["columns"][0]["data_type"] = "no_such_type"
    weather.declare(*tables)
    failed = weather.stage()
    assert not failed.success
    assert "the last table named here is changed in part" in failed.lines[0]
    assert failed.lines[1:] == ["changing raw.first", "changing raw.second"]
    assert rehearsal.run("select * from weather_external.first") == [("1",)]
    assert "does not exist" in rehearsal.error("select * from weather_external.third")

    tables[1]["columns"][0]["data_type"] = "varchar(32)"
    weather.declare(*tables)
    repaired = weather.stage()
    assert repaired.success, repaired.error
    assert repaired.line("raw.first") == "unchanged"
    for name in ("second", "third"):
        assert rehearsal.run(f"select * from weather_external.{name}") == [("1",)]


@pytest.mark.soak
def test_the_many_partitions_of_dbt_external_tables_own_test_are_registered(
    weather: OnRedshift, rehearsal: Rehearsal
) -> None:
    """As packages/external_tables/tests/test_peers_tables.py, with delimited text: the stand-in reads no serde."""
    weather.put("people/csv/section=b/2020/01/31/not_people/p.csv", "id|name\n1|Ada\n")
    texts = {"data_type": "varchar", "path_macro": "dbt_external_tables.value_only"}
    dates = {"start_date_str": "2020-01-01", "end_date_str": "2020-02-01", "in_fmt": "%Y-%m-%d", "out_fmt": "%Y-%m-%d"}
    partitions = [
        {"name": "file_format", "vals": ["csv", "json"], **texts},
        {"name": "section", "vals": list("abcd"), **texts, "path_macro": "dbt_external_tables.key_value"},
        {
            "name": "some_date",
            "data_type": "date",
            "vals": {"macro": "dbt.dates_in_range", "args": dates},
            "path_macro": "dbt_external_tables.year_month_day",
        },
        {"name": "file_name", "vals": ["people", "not_people"], **texts},
    ]
    table = weather.table(
        "people", ("id", "int"), ("name", "varchar(64)"), location=f"{URL}/people/", partitions=partitions
    )
    weather.declare(table)
    staged = weather.stage()
    assert staged.success, staged.error
    assert rehearsal.run("select count(*) from svv_external_partitions where tablename = 'people'") == [(512,)]
    values = "id, name, file_format, section, cast(some_date as varchar(10)), file_name"
    assert rehearsal.run(f"select {values} from weather_external.people") == [
        (1, "Ada", "csv", "b", "2020-01-31", "not_people")
    ]
    assert weather.stage().line("raw.people") == "unchanged"

    table["external"]["row_format"] = "serde 'com.amazon.ionhiveserde.IonHiveSerDe'"
    weather.declare(table)
    assert "not rehearsed: ROW FORMAT SERDE" in weather.stage().error
