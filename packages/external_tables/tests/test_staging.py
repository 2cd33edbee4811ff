"""Views on DuckDB: when they are made, when they are left alone, and what the summary says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Weather

READINGS = "station|value\n1|3.5\n2|-1\n"


@pytest.fixture
def stations(weather: Weather) -> Weather:
    """One table without partitions."""
    weather.put("station/s.txt", "id|name\n1|Bern\n2|Chur\n")
    weather.declare(weather.table("station", "id", "name"))
    return weather


@pytest.fixture
def readings(weather: Weather) -> Weather:
    """One table in two months."""
    weather.put("reading/month=2024-01/r.txt", READINGS)
    weather.put("reading/month=2024-02/r.txt", READINGS)
    weather.declare(weather.table("reading", "station", "value", partitions=[weather.months("2024-01", "2024-02")]))
    return weather


def test_a_view_is_created_and_read(stations: Weather) -> None:
    staged = stations.stage()
    assert staged.success, staged.error
    assert staged.line("raw.station") == "created"
    assert stations.rows('select id, name, "$path" from weather_external.station order by id') == [
        ("1", "Bern", str(stations.lake / "station/s.txt")),
        ("2", "Chur", str(stations.lake / "station/s.txt")),
    ]


def test_a_second_run_changes_nothing(stations: Weather) -> None:
    first = stations.stage()
    assert first.ddl
    assert first.opened_files
    again = stations.stage()
    assert again.line("raw.station") == "unchanged"
    assert again.ddl == []
    assert not again.opened_files


def test_the_summary_ends_with_totals(stations: Weather) -> None:
    assert stations.stage().lines[-1].startswith("External tables: 1 staged, 1 changed, 0 unchanged, ")
    assert stations.stage().lines[-1].startswith("External tables: 1 staged, 0 changed, 1 unchanged, ")


def test_a_view_can_be_read_from_another_directory(
    stations: Weather, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    stations.stage()
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert stations.rows("select count(*) from weather_external.station") == [(2,)]


def test_partition_columns_have_the_declared_value_and_type(readings: Weather) -> None:
    assert readings.stage().line("raw.reading") == "created (2 partitions)"
    assert readings.rows("select month, count(*) from weather_external.reading group by month order by month") == [
        ("2024-01", 2),
        ("2024-02", 2),
    ]


def test_partition_values_do_not_come_from_the_names_of_folders(weather: Weather) -> None:
    weather.put("reading/y2024/m1/r.txt", READINGS)
    weather.declare(
        weather.table(
            "reading",
            "station",
            "value",
            partitions=[
                {"name": "year", "data_type": "integer", "vals": [2024], "path_macro": "weather.letter_and_value"},
                {"name": "month", "data_type": "integer", "vals": [1, 2], "path_macro": "weather.letter_and_value"},
            ],
        )
    )
    assert weather.stage().line("raw.reading") == "created (1 partition), 1 without files"
    assert weather.rows("select distinct year, month from weather_external.reading") == [(2024, 1)]


def test_a_new_partition_is_added_once_it_is_declared(readings: Weather) -> None:
    readings.stage()
    readings.put("reading/month=2024-03/r.txt", READINGS)
    undeclared = readings.stage()
    (warning,) = undeclared.warnings
    assert "no declared partition covers month=2024-03/" in warning
    assert "`vals`" in warning
    assert readings.rows("select count(*) from weather_external.reading") == [(4,)]

    readings.declare(readings.table("reading", "station", "value", partitions=[readings.months("2024-01", "2024-03")]))
    declared = readings.stage()
    assert declared.line("raw.reading") == "partitions added 1"
    assert declared.warnings == []
    assert readings.rows("select count(*) from weather_external.reading") == [(6,)]


def test_a_partition_out_of_the_yaml_is_removed(readings: Weather) -> None:
    readings.stage()
    readings.declare(readings.table("reading", "station", "value", partitions=[readings.months("2024-02", "2024-02")]))
    staged = readings.stage()
    assert staged.line("raw.reading") == "partitions removed 1"
    assert "month=2024-01/" in staged.warnings[0]
    assert readings.rows("select distinct month from weather_external.reading") == [("2024-02",)]


def test_a_declared_partition_without_files_is_counted(readings: Weather) -> None:
    readings.declare(readings.table("reading", "station", "value", partitions=[readings.months("2023-12", "2024-02")]))
    assert readings.stage().line("raw.reading") == "created (2 partitions), 1 without files"


def test_a_file_beside_the_partitions_is_told(readings: Weather) -> None:
    readings.put("reading/lost.txt", READINGS)
    assert "no declared partition covers lost.txt" in readings.stage().warnings[0]


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        (("id", "name", "_more"), "column _more added"),
        (("id",), "column name removed"),
        (("id", ("name", "varchar(5)")), "column name: varchar(32) -> varchar(5)"),
        (("name", "id"), "order of columns"),
    ],
)
def test_changed_columns_make_the_view_anew(stations: Weather, columns: tuple, why: str) -> None:
    stations.stage()
    stations.declare(stations.table("station", *columns, check_header=False))
    staged = stations.stage()
    assert staged.line("raw.station") == f"recreated ({why})"
    assert [name for (name, *_) in stations.rows("describe weather_external.station")] == [
        *(column if isinstance(column, str) else column[0] for column in columns),
        "$path",
    ]


def test_a_changed_row_format_makes_the_view_anew(stations: Weather) -> None:
    stations.stage()
    stations.put("station/s.txt", "id;name\n1;Bern\n")
    stations.declare(stations.table("station", "id", "name", row_format="delimited fields terminated by ';'"))
    assert stations.stage().line("raw.station") == "recreated (row_format)"
    assert stations.rows("select id, name from weather_external.station") == [("1", "Bern")]


def test_a_new_file_in_place_is_read_and_checked_but_the_view_stays(stations: Weather) -> None:
    stations.stage()
    stations.put("station/t.txt", "id|name\n3|Genf\n")
    assert stations.rows("select count(*) from weather_external.station") == [(3,)]
    staged = stations.stage()
    assert staged.line("raw.station") == "unchanged, its files changed and were checked"
    assert not any("create or replace view" in sql for sql in staged.ddl)
    assert stations.stage().ddl == []


def test_a_view_of_someone_else_is_replaced_and_told(stations: Weather) -> None:
    stations.rows("create schema weather_external")
    stations.rows("create view weather_external.station as select 1 as one")
    assert "was not staged by external_tables" in stations.stage().line("raw.station")


@pytest.mark.parametrize(
    ("notes", "result"),
    [
        # Of a version that wrote other SQL, and of one that did not note a sample of it.
        ({"sql": "other", "sample": "other"}, "recreated (another version of external_tables)"),
        ({"sample": None}, "unchanged"),
    ],
)
def test_a_view_of_another_version_is_planned_once_more(
    readings: Weather, notes: dict[str, str | None], result: str
) -> None:
    readings.stage()
    ((comment,),) = readings.rows("select comment from duckdb_views() where view_name = 'reading'")
    noted = json.loads(comment)
    noted["external_tables"].update(notes)
    literal = json.dumps(noted).replace("'", "''")
    readings.rows(f"comment on view weather_external.reading is '{literal}'")
    staged = readings.stage()
    assert staged.line("raw.reading") == result
    assert staged.ddl != []
    assert readings.stage().ddl == []


def test_what_is_noted_of_an_unchanged_table_is_told_again(readings: Weather) -> None:
    readings.put("reading/lost.txt", READINGS)
    readings.put("reading/month=2024-02/w.txt", "station|value\r\n1|2\r\n")
    readings.declare(readings.table("reading", "station", "value", partitions=[readings.months("2023-12", "2024-02")]))
    first = readings.stage()
    again = readings.stage()
    assert again.ddl == []
    assert again.line("raw.reading") == "unchanged, 1 without files"
    assert len(again.warnings) == 2
    assert again.warnings == first.warnings


def test_select_takes_sources_and_tables(stations: Weather) -> None:
    stations.put("sensor/s.txt", "id\n1\n")
    stations.put("other/s.txt", "id\n1\n")
    stations.declare(*(stations.table(name, "id", check_header=False) for name in ("station", "sensor", "other")))

    def selected(select: str) -> list[str]:
        lines = stations.stage("--args", f"{{select: {select}}}").lines
        return [line.split()[0] for line in lines[:-1]]

    assert selected("raw.sensor") == ["raw.sensor"]
    assert selected("raw.station raw.sensor") == ["raw.sensor", "raw.station"]
    assert selected("raw") == ["raw.other", "raw.sensor", "raw.station"]
    unknown = stations.stage("--args", "{select: raw.sensors}")
    assert not unknown.success
    assert "No external source is called raw.sensors" in unknown.error


@pytest.mark.parametrize("arguments", [("--vars", "{ext_full_refresh: true}"), ("--args", "{ext_full_refresh: true}")])
def test_full_refresh_makes_every_view_anew(stations: Weather, arguments: tuple[str, str]) -> None:
    stations.stage()
    assert stations.stage(*arguments).line("raw.station") == "recreated (full refresh)"


def test_a_full_refresh_of_false_is_none(stations: Weather) -> None:
    stations.stage()
    assert stations.stage("--args", "{ext_full_refresh: 'false'}").line("raw.station") == "unchanged"


def test_parquet_is_read_by_name(weather: Weather) -> None:
    (weather.lake / "reading" / "month=2024-01").mkdir(parents=True)
    file = weather.lake / "reading" / "month=2024-01" / "r.parquet"
    weather.rows(f"copy (select 3.5::double as value, 7 as station, 'x' as more) to '{file}' (format parquet)")
    table = weather.table(
        "reading",
        ("station", "integer"),
        ("value", "double precision"),
        file_format="parquet",
        partitions=[weather.months("2024-01", "2024-01")],
    )
    weather.declare(table)
    staged = weather.stage()
    assert staged.success, staged.error
    assert weather.rows('select station, value, month, "$path" from weather_external.reading') == [
        (7, 3.5, "2024-01", str(file))
    ]
    assert weather.stage().ddl == []


def test_months_in_range_crosses_a_new_year(weather: Weather) -> None:
    said = weather.dbt("run-operation", "say_months", "--args", "{start: '2023-11', end: '2024-02'}")
    assert said.lines == ["2023-11 2023-12 2024-01 2024-02"]
    assert not weather.dbt("run-operation", "say_months", "--args", "{start: '2024-02', end: '2024-01'}").success


def _files_read(weather: Weather, query: str) -> int:
    """Return how many files DuckDB opens for a query."""
    (plan,) = (row[1] for row in weather.rows(f"explain analyze {query}"))
    return int(re.search(r"Total Files Read: (\d+)", plan)[1])


def test_a_query_of_one_partition_opens_only_its_files(readings: Weather) -> None:
    readings.stage()
    query = "select count(station) from weather_external.reading"
    assert _files_read(readings, query) == 2
    assert _files_read(readings, f"{query} where month in ('2024-02')") == 1


def test_a_folder_that_looks_like_a_partition_and_is_none(readings: Weather) -> None:
    readings.put("reading/month=2024-02/day=1/r.txt", READINGS)
    readings.stage()
    assert readings.rows("select month, count(*) from weather_external.reading group by month order by month") == [
        ("2024-01", 2),
        ("2024-02", 4),
    ]
