"""What is wrong is said at once, for all tables, with the file, the place and the cure; and nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Weather


MISTAKES = {
    "semicolons": ("id;name;height", "the header has no delimiter '|'. Correct row_format, or the file."),
    "renamed": ("id|label|height", "the file calls label what the YAML calls name"),
    "too_few": ("id|height", "the file has no column name"),
    "too_many": ("id|name|height|owner", "the YAML has no column owner"),
    "another_order": ("id|height|name", "the columns stand in another order"),
    "no_header": ("1|Bern|540", "the first line names none of the 3 columns: it looks like data, of 3 fields"),
    "blank": ("", "the first line is empty"),
}


def test_headers_that_are_not_the_declared_ones(weather: Weather) -> None:
    for name, (header, _) in MISTAKES.items():
        weather.put(f"{name}/s.txt", f"{header}\n1|Bern|540\n")
    weather.declare(*(weather.table(name, "id", "name", "height", "_surplus") for name in MISTAKES))
    staged = weather.stage()
    assert not staged.success
    assert staged.ddl == []
    for name, (header, message) in MISTAKES.items():
        expected = f"- raw.{name} (models/_sources.yml): {weather.lake}/{name}/s.txt: {message}"
        assert expected in staged.error
        said = staged.error.partition(expected)[2].split("\n  - ")[0]
        assert (f"header in the file: {header}" in said) == (name not in ("no_header", "blank"))
        assert "declared columns:   id|name|height" in said


def test_headers_that_are_as_declared(weather: Weather) -> None:
    headers = ["id|name", "ID|Name", "\ufeffid|name", "id|name|_surplus", "id|name\r"]
    for number, header in enumerate(headers):
        weather.put(f"station/{number}.txt", f"{header}\n1|Bern\n")
    weather.declare(weather.table("station", "id", "name", "_surplus"))
    staged = weather.stage()
    assert staged.success, staged.error


def test_the_check_of_headers_can_be_turned_off(weather: Weather) -> None:
    weather.put("station/s.txt", "Nr.|Ort\n1|Bern\n")
    weather.declare(weather.table("station", "id", "name", check_header=False))
    assert weather.stage().success


def test_many_files_with_one_mistake_are_one_problem(weather: Weather) -> None:
    for number in range(5):
        weather.put(f"station/{number}.txt", "id|label\n")
    weather.declare(weather.table("station", "id", "name"))
    error = weather.stage().error
    assert "1 problem;" in error
    assert "2.txt and 2 more: the file calls label" in error


def test_all_problems_of_all_tables_come_together(weather: Weather) -> None:
    weather.put("good/s.txt", "id\n1\n")
    weather.put("renamed/s.txt", "id|label\n1|Bern\n")
    for ignored in ("_SUCCESS", ".hidden", "#s.txt", "s.txt~"):
        weather.put(f"empty/{ignored}", "id\n1\n")
    weather.declare(
        weather.table("good", "id"),
        weather.table("renamed", "id", "name"),
        weather.table("empty", "id"),
        weather.table("nowhere", "id"),
        weather.table("orc", "id", file_format="orc"),
        weather.table("json", "id", row_format="serde 'org.apache.hadoop.hive.serde2.RegexSerDe'"),
    )
    staged = weather.stage()
    assert not staged.success
    for message in (
        "nothing was changed",
        f"raw.empty (models/_sources.yml): no files under {weather.lake}/empty/",
        f"raw.nowhere (models/_sources.yml): no files under {weather.lake}/nowhere/",
        "the file calls label what the YAML calls name",
        "file_format orc is not supported on DuckDB",
        "row_format serde 'org.apache.hadoop.hive.serde2.RegexSerDe' is not supported on DuckDB",
    ):
        assert message in staged.error
    assert weather.rows("select count(*) from duckdb_views() where not internal") == [(0,)]


def test_no_declared_partition_has_a_file(weather: Weather) -> None:
    weather.put("reading/2024-01/r.txt", "station\n")
    weather.declare(weather.table("reading", "station", partitions=[weather.months("2024-01", "2024-03")]))
    error = weather.stage().error
    assert "none of the 3 declared partitions has a file" in error
    assert "the first is expected in month=2024-01/, and there are files in 2024-01/" in error


@pytest.mark.parametrize(
    ("external", "message"),
    [
        ({"row_format": "delimited lines terminated by ';'"}, "lines that end otherwise than by \\n"),
        ({"table_properties": "('invalid_char_handling'='DROP_ROW')"}, "'invalid_char_handling'='DROP_ROW'"),
        (
            {"partitions": [{"name": "m", "data_type": "int", "vals": {"macro": "no.such"}}]},
            "no.such, which does not exist",
        ),
    ],
)
def test_what_duckdb_cannot_do(weather: Weather, external: dict, message: str) -> None:
    weather.put("station/s.txt", "id\n1\n")
    weather.declare(weather.table("station", "id", **external))
    assert message in weather.stage().error


def test_compressed_text(weather: Weather) -> None:
    weather.put("station/s.txt.gz", b"\x1f\x8b")
    weather.declare(weather.table("station", "id"))
    assert "compressed text is not supported on DuckDB" in weather.stage().error


def test_parquet_without_a_declared_column(weather: Weather) -> None:
    (weather.lake / "station").mkdir()
    weather.rows(f"copy (select 1 as id) to '{weather.lake}/station/s.parquet' (format parquet)")
    weather.declare(weather.table("station", "id", "name", file_format="parquet"))
    assert "s.parquet: has no column name" in weather.stage().error


def test_columns_without_types(weather: Weather) -> None:
    weather.put("station/s.txt", "id\n1\n")
    table = weather.table("station", "id")
    del table["columns"][0]["data_type"]
    weather.declare(table, weather.table("bare"))
    error = weather.stage().error
    assert "column id has no data_type" in error
    assert "raw.bare (models/_sources.yml): no columns are declared" in error


def test_an_adapter_that_is_not_supported(weather: Weather) -> None:
    arguments = "{tables: [], full_refresh: false}"
    staged = weather.dbt("run-operation", "external_tables.default__plan_external_tables", "--args", arguments)
    assert "external_tables is not supported on duckdb" in staged.error
