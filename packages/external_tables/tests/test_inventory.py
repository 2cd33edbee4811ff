"""An inventory: the files of a folder by name, size and time, none of them opened."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

if TYPE_CHECKING:
    from conftest import Weather

COLUMNS = (("path", "varchar(1024)"), "size_bytes", "modified_at", ("version", "varchar(64)"))
ROWS = "select path, size_bytes, modified_at from weather_external.file order by path"


def inventory(weather: Weather, *columns: str | tuple[str, str], **external: object) -> dict[str, Any]:
    """Declare an inventory of lake/raw/."""
    there = {"location": "lake/inventory/", "inventory_of": "lake/raw/", **external}
    return weather.table("file", *(columns or COLUMNS), **there)


def stage(weather: Weather, *columns: str | tuple[str, str], **external: object) -> None:
    weather.declare(inventory(weather, *columns, **external))
    staged = weather.stage()
    assert staged.success, staged.error


def dated(file: Path, *when: int) -> None:
    """Make the file as old as a time in UTC."""
    seconds = datetime(*when, tzinfo=UTC).timestamp()
    os.utime(file, (seconds, seconds))


@pytest.mark.parametrize("is_absolute", [False, True])
def test_a_row_is_a_file_with_its_size_and_time(weather: Weather, is_absolute: bool) -> None:
    dated(weather.put("raw/reading/month=2024-01/r.txt", "station\n1\n"), 2024, 1, 31, 23, 59, 58)
    dated(weather.put("raw/o'clock/b é.txt", ""), 2024, 7, 1)
    stage(weather, inventory_of=f"{weather.lake}/raw" if is_absolute else "lake/raw")
    assert weather.rows(ROWS) == [
        ("raw/o'clock/b é.txt", "0", "2024-07-01 00:00:00.000000"),
        ("raw/reading/month=2024-01/r.txt", "10", "2024-01-31 23:59:58.000000"),
    ]


def test_it_is_of_the_last_staging_and_an_empty_folder_is_no_mistake(weather: Weather) -> None:
    stage(weather)
    assert weather.rows(ROWS) == []
    file = weather.put("raw/reading/r.txt", "1")
    dated(file, 2024, 1, 1)
    assert weather.rows(ROWS) == []
    assert weather.stage().line("raw.file") == "unchanged, 1 file"
    assert weather.rows(ROWS) == [("raw/reading/r.txt", "1", "2024-01-01 00:00:00.000000")]
    again = weather.stage()
    assert again.line("raw.file") == "unchanged"
    assert again.ddl == []
    file.unlink()
    assert len(weather.rows(ROWS)) == 1
    weather.stage()
    assert weather.rows(ROWS) == []


def test_a_file_replaced_at_once_with_the_same_size_and_time_has_another_version(weather: Weather) -> None:
    file = weather.put("raw/r.txt", "1")
    dated(file, 2024, 1, 1)
    stage(weather)
    version = "select version from weather_external.file"
    (first,) = weather.rows(version)
    file.write_text("2")
    dated(file, 2024, 1, 1)
    weather.stage()
    (second,) = weather.rows(version)
    assert first != second
    file.unlink()
    dated(weather.put("raw/r.txt", "3"), 2024, 1, 1)
    weather.stage()
    assert weather.rows(version)[0] not in (first, second)


def test_a_view_of_an_older_version_becomes_a_table(weather: Weather) -> None:
    weather.put("raw/r.txt", "1")
    weather.rows("create schema weather_external")
    weather.rows("create view weather_external.file as select 1 as path, 2 as size_bytes, 3 as modified_at")
    stage(weather)
    assert len(weather.rows(ROWS)) == 1
    assert weather.stage().ddl == []


def test_files_that_are_not_as_staged_are_named(weather: Weather) -> None:
    for name in ("same", "gone", "changed", "closed/r"):
        dated(weather.put(f"raw/{name}.txt", "1"), 2024, 1, 1)
    stage(weather)

    def differing() -> dict[str, str]:
        said = weather.dbt("run-operation", "say_files_not_as_staged")
        assert said.success, said.error
        return dict(line.split(" ", 1) for line in said.lines)

    assert differing() == {}
    (weather.lake / "raw/gone.txt").unlink()
    changed = weather.put("raw/changed.txt", "2")
    dated(changed, 2024, 1, 1)
    weather.put("raw/new.txt", "1")
    (weather.lake / "raw/link").symlink_to(weather.root)
    found = differing()
    assert {path: problem.split(" since")[0] for path, problem in found.items()} == {
        "raw/gone.txt": "is gone",
        "raw/changed.txt": "was written again",
        "raw/new.txt": "is new",
        "raw/link": "is a link to a folder, which is not followed",
    }
    (weather.lake / "raw/link").unlink()
    weather.stage()
    assert differing() == {}


def test_another_folder_makes_the_view_anew(weather: Weather) -> None:
    stage(weather)
    weather.put("other/x.txt", "1")
    weather.declare(inventory(weather, inventory_of="lake/other/"))
    assert weather.stage().line("raw.file") == "recreated (location)"
    assert [path for path, *_ in weather.rows(ROWS)] == ["other/x.txt"]


def test_it_has_the_files_that_a_table_reads(weather: Weather) -> None:
    for name in ("r.txt", ".r.txt.part", "_SUCCESS", "#r", "r.txt~", "sub/s.txt", ".hidden/h.txt"):
        weather.put(f"raw/reading/{name}", "station\n1\n")
    reading = weather.table("reading", "station", location="lake/raw/reading/")
    weather.declare(inventory(weather), reading)
    staged = weather.stage()
    assert staged.success, staged.error
    read = weather.rows('select distinct "$path" from weather_external.reading')
    listed = [str(weather.lake / path) for path, _, _ in weather.rows(ROWS)]
    assert sorted(listed) == sorted(name for (name,) in read)
    assert str(weather.lake / "raw/reading/r.txt") in listed
    assert not any(name.endswith((".part", "_SUCCESS", "#r", "~")) for name in listed)


def test_times_are_utc_in_any_session(weather: Weather) -> None:
    dated(weather.put("raw/r.txt", "1"), 2024, 7, 1, 12)
    stage(weather)
    with duckdb.connect(str(weather.warehouse)) as connection:
        connection.execute("set timezone = 'America/New_York'")
        assert connection.execute(ROWS).fetchall() == [("raw/r.txt", "1", "2024-07-01 12:00:00.000000")]


def test_no_file_is_opened(weather: Weather) -> None:
    # Reading 8 TB of nothing would take hours, and its content does not fit into a value of DuckDB's.
    with weather.put("raw/huge.txt", "").open("r+b") as huge:
        huge.truncate(2**43)
    stage(weather)
    assert [(path, size) for path, size, _ in weather.rows(ROWS)] == [("raw/huge.txt", str(2**43))]


@pytest.mark.parametrize(
    ("columns", "external", "error"),
    [
        (("size_bytes", "path", "modified_at", "version"), {}, "path, size_bytes, modified_at, version, in this order"),
        (("path", "size_bytes"), {}, "declared are path, size_bytes."),
    ],
)
def test_what_is_no_inventory(weather: Weather, columns: tuple, external: dict, error: str) -> None:
    weather.declare(inventory(weather, *columns, **external))
    staged = weather.stage()
    assert not staged.success
    assert error in staged.error


def test_an_inventory_has_no_partitions(weather: Weather) -> None:
    weather.declare(inventory(weather, partitions=[weather.months("2024-01", "2024-02")]))
    assert "an inventory has no partitions" in weather.stage().error
