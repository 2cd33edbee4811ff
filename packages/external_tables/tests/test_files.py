"""Files: what cannot be read is an error that names it, and what comes or goes after staging breaks nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Weather

READING = "station|value\n1|3.5\n"
# Runs as another user than root, who may read everything.
AS_ANOTHER_USER = """
import json, os, sys
import duckdb
sys.path.insert(0, sys.argv[1])
from external_tables_plugin import Plugin
connection = duckdb.connect()
Plugin.configure_connection(None, connection)
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
query = "select content from read_text('external-tables-listing://' || hex(?))"
rows = json.loads(connection.execute(query, [sys.argv[2]]).fetchone()[0])
print(json.dumps([list(row.values()) for row in rows]))
"""


def listed_by_another_user(folder: Path) -> dict[str, str]:
    """List a folder as another user than root: the problem of each file, or none, by its name below the folder."""
    plugin = str(Path(__file__).parent.parent / "python")
    done = subprocess.run(
        [sys.executable, "-c", AS_ANOTHER_USER, plugin, f"{folder}/"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return {path.removeprefix(f"{folder}/"): problem for path, *_, problem, _ in json.loads(done.stdout)}


def test_what_may_not_be_read_is_named() -> None:
    # Not below pytest's own folder, which is closed to others.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for path in ("good/r.txt", "closed/r.txt", "seen/r.txt", "secret.txt", "_ignored"):
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(READING)
        for path in ("secret.txt", "_ignored", "closed"):
            (folder / path).chmod(0)
        (folder / "seen").chmod(0o644)
        found = listed_by_another_user(folder)
        for path in ("closed", "seen"):
            (folder / path).chmod(0o755)
    assert found == {
        "good/r.txt": None,
        "closed/": "may not be opened, so its files would be missing",
        "seen/": "may not be entered, so its files would be missing",
        "secret.txt": "may not be read",
    }


def test_what_is_no_file_is_an_error_that_names_it(weather: Weather) -> None:
    weather.put("reading/r.txt", READING)
    weather.put("elsewhere/r.txt", READING)
    folder = weather.lake / "reading"
    (folder / "folder_link").symlink_to(weather.lake / "elsewhere")
    (folder / "broken").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    (folder / "file_link").symlink_to(weather.lake / "elsewhere" / "r.txt")
    os.mkfifo(folder / "pipe")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(READING)
    Path(os.fsdecode(os.fsencode(folder) + b"/d\xe9")).mkdir()
    weather.declare(weather.table("reading", "station", "value"))
    staged = weather.stage()
    assert not staged.success
    assert staged.ddl == []
    for name, what in {
        "folder_link": "is a link to a folder",
        "broken": "is a link to nothing",
        "loop": "cannot be read (Too many levels of symbolic links)",
        "pipe": "is neither a file nor a folder",
        "caf\\xe9.txt": "has a name that is not UTF-8",
    }.items():
        assert f"{folder}/{name}: {what}" in staged.error or f"{folder}/{name}" in staged.error.split(what)[0]
        assert what in staged.error
    assert "d\\xe9" in staged.error
    assert "file_link" not in staged.error


@pytest.mark.parametrize("is_partitioned", [False, True])
def test_odd_names_are_read(weather: Weather, is_partitioned: bool) -> None:
    names = [
        "x",
        "a*b.txt",
        "what?.txt",
        "[1].txt",
        "o'clock.txt",
        "100%.txt",
        "a b+c#d.txt",
        "ü/é.txt",
        "{a,b}",
        "\\n",
    ]
    for name in (*names, "_x", ".x", "#x", "x~", "~"):
        weather.put(f"st[a]*?/{'month=2024-01/' if is_partitioned else ''}{name}", READING)
    partitions = [weather.months("2024-01", "2024-02")] if is_partitioned else []
    weather.declare(weather.table("reading", "station", "value", location="lake/st[a]*?/", partitions=partitions))
    staged = weather.stage()
    assert staged.success, staged.error
    read = weather.rows('select "$path" from weather_external.reading')
    folder = weather.lake / "st[a]*?" / ("month=2024-01" if is_partitioned else "")
    assert sorted(path for (path,) in read) == sorted(f"{folder}/{name}" for name in names)


@pytest.mark.parametrize("layout", ["month=2024-0{}", "2024/0{}"])
def test_a_partition_whose_last_file_goes_away_breaks_nothing(weather: Weather, layout: str) -> None:
    for month in (1, 2):
        weather.put(f"reading/{layout.format(month)}/r.txt", READING)
    months = weather.months("2024-01", "2024-03")
    if "=" not in layout:
        months["path_macro"] = "weather.year_and_month"
    weather.declare(weather.table("reading", "station", "value", partitions=[months]))
    staged = weather.stage()
    assert staged.success, staged.error
    (weather.lake / "reading" / layout.format(1) / "r.txt").unlink()
    weather.put(f"reading/{layout.format(3)}/r.txt", READING)
    undeclared = weather.put(f"reading/{layout.format(4)}/r.txt", b"\xe9|\n\xe9")
    count = "select month, count(*) from weather_external.reading group by month order by month"
    assert weather.rows(count) == [("2024-02", 1), ("2024-03", 1)]
    undeclared.unlink()


def test_values_and_locations_that_differ_by_case_alone(weather: Weather) -> None:
    for country, station in (("US", 1), ("us", 2)):
        weather.put(f"T/country={country}/r.txt", f"station\n{station}\n")
    weather.put("t/r.txt", "station\n3\n")
    weather.declare(
        weather.table(
            "upper",
            "station",
            location="lake/T/",
            partitions=[{"name": "country", "data_type": "varchar(2)", "vals": ["US", "us"]}],
        ),
        weather.table("lower", "station", location="lake/t/"),
    )
    staged = weather.stage()
    assert staged.success, staged.error
    assert weather.rows("select country, station from weather_external.upper order by all") == [
        ("US", "1"),
        ("us", "2"),
    ]
    assert weather.rows("select station from weather_external.lower") == [("3",)]


@pytest.mark.parametrize("partitions", [False, True])
def test_a_table_without_a_file(weather: Weather, partitions: bool) -> None:
    external: dict[str, Any] = {"partitions": [weather.months("2024-01", "2024-02")]} if partitions else {}
    columns = ("station", ("value", "numeric(5,1)"))
    weather.declare(weather.table("reading", *columns, **external))
    error = weather.stage().error
    assert "raw.reading (models/_sources.yml): no files under" in error
    assert "allow_empty" in error
    for declared, arguments in (
        ({**external, "allow_empty": True}, ()),
        (external, ("--vars", "ext_allow_empty: true")),
    ):
        weather.reset()
        weather.declare(weather.table("reading", *columns, **declared))
        staged = weather.stage(*arguments)
        assert staged.success, staged.error
        assert weather.rows("select count(*) from weather_external.reading") == [(0,)]
        types = {row[0]: row[1] for row in weather.rows("describe weather_external.reading")}
        assert types["value"] == "DECIMAL(5,1)"
        weather.put(f"reading/{'month=2024-01/' if partitions else ''}r.txt", READING)
        assert weather.stage(*arguments).success
        assert weather.rows("select count(*) from weather_external.reading") == [(1,)]


UTF16 = "station|value\n1|Zürich\n"
FOREIGN = {
    "utf-16": (UTF16.encode("utf-16"), "is UTF-16, and text is UTF-8"),
    "utf-16-le": (UTF16.encode("utf-16-le"), "is UTF-16"),
    "utf-16-be": (UTF16.encode("utf-16-be"), "is UTF-16"),
    "utf-32": (UTF16.encode("utf-32"), "is UTF-32"),
    "utf-32-le": (UTF16.encode("utf-32-le"), "is UTF-32"),
    "gzip": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", "is gzip"),
    "zip": (b"PK\x03\x04\x14\x00\x00\x00", "is zip"),
    "bzip2": (b"BZh91AY&SY\x00\x00", "is bzip2"),
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "is zstd"),
    "xz": (b"\xfd7zXZ\x00\x00\x04", "is xz"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "is 7z"),
    "lzo": (b"\x89LZO\x00\r\n\x1a\n", "is lzo"),
    "parquet": (b"PAR1\x15\x04\x15", "is Parquet, and the table is text"),
    "orc": (b"ORC\n\x0b\x0a", "is ORC"),
    "avro": (b"Obj\x01\x04\x16", "is Avro"),
    "cr": (b"station|value\r1|a\r2|b\r", "has carriage returns and no line feed"),
    "quoted": (b'"station"|"value"\n1|a\n', "the header has its names in quotes"),
}


def test_files_of_another_kind_are_named(weather: Weather) -> None:
    for name, (content, _) in FOREIGN.items():
        weather.put(f"{name}/s.txt", content)
    weather.put("named/s.txt.lzo", READING)
    weather.declare(*(weather.table(name, "station", "value") for name in (*FOREIGN, "named")))
    error = weather.stage().error
    for name, (_, message) in FOREIGN.items():
        assert f"{weather.lake}/{name}/s.txt: {message}" in error
    assert "s.txt.lzo: is lzo by its name" in error
    assert "skip.header.line.count" not in error
    assert all(character.isprintable() or character == "\n" for character in error)
    assert error.count("- raw.") == len(FOREIGN) + 1


def test_a_byte_order_mark_is_no_part_of_a_field(weather: Weather) -> None:
    weather.put("station/s.txt", "\ufeff1|Bern\n")
    weather.declare(weather.table("station", "id", "name", table_properties=""))
    assert "begins with a byte order mark" in weather.stage().error


@pytest.mark.parametrize("folder", ["_delta_log/0.json", ".hoodie/hoodie.properties", "metadata/v1.metadata.json"])
def test_tables_with_a_log_are_named(weather: Weather, folder: str) -> None:
    weather.put(f"station/{folder}", "{}")
    weather.rows(f"copy (select 1 as id) to '{weather.lake}/station/s.parquet' (format parquet)")
    weather.declare(weather.table("station", ("id", "integer"), file_format="parquet"))
    error = weather.stage().error
    assert any(word in error for word in ("Delta Lake", "Hudi", "Iceberg"))
    assert error.count("- raw.") == 1


def test_a_line_of_more_than_two_megabytes_is_read(weather: Weather) -> None:
    long = "x" * 2_500_000
    weather.put("station/s.txt", f"id|name\n1|{long}\n2|Bern\n")
    weather.declare(
        weather.table("station", "id", ("name", "varchar(65535)"), table_properties="('skip.header.line.count'='1')")
    )
    staged = weather.stage()
    assert staged.success, staged.error
    assert weather.rows("select id, strlen(name) from weather_external.station order by id") == [("1", 65535), ("2", 4)]


@pytest.mark.parametrize("line", ["7|Ada Lovelace|ada@example.com", "Ada Lovelace", "id|Ada Lovelace|ada@example.com"])
def test_a_first_line_that_may_be_data_is_not_shown(weather: Weather, line: str) -> None:
    weather.put("person/p.txt", f"{line}\n")
    weather.declare(weather.table("person", "id", "name", "email"))
    staged = weather.stage()
    assert "it looks like data" in staged.error
    assert "Ada" not in staged.error + "".join(staged.lines + staged.warnings)
    assert "ada@" not in staged.error


def test_a_profile_without_the_plugin_is_told_what_to_add(weather: Weather) -> None:
    weather.put("station/s.txt", "id\n1\n")
    weather.declare(weather.table("station", "id"))
    assert "plugins: [{module: external_tables_plugin}]" in weather.stage("--target", "plain").error


@pytest.mark.parametrize("folder", ["month={}", "m/{}"])
def test_the_work_of_many_partitions(weather: Weather, folder: str) -> None:
    days = [f"d{number:03}" for number in range(150)]
    for day in days:
        weather.put(f"reading/{folder.format(day)}/r.txt", READING)
    path_macro = {} if "=" in folder else {"path_macro": "weather.below_m"}
    column = {"name": "month", "data_type": "varchar(7)", "vals": days, **path_macro}
    weather.declare(weather.table("reading", "station", "value", partitions=[column]))
    first = weather.stage()
    assert first.success, first.error
    (view,) = (sql for sql in first.ddl if "create or replace view" in sql)
    assert view.count("read_csv(") == 1
    assert len(view) < 100 * len(days)
    assert weather.rows("select count(*), count(distinct month) from weather_external.reading") == [(150, 150)]
    assert weather.rows("select station from weather_external.reading where month = 'd077'") == [("1",)]
    # An unchanged table is compared by one fingerprint: no file of it comes into dbt.
    again = weather.stage()
    assert again.line("raw.reading") == "unchanged"
    assert again.ddl == []
    assert not [sql for sql in again.queries if "size_bytes\n" in sql or "select path, size_bytes" in sql]
    assert len(again.queries) <= 12
