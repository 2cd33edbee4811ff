"""Values of columns and partitions are those that Spectrum gives, or staging refuses them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from conftest import Weather


def parquet(weather: Weather, path: str, select: str) -> None:
    """Write the rows of a query into a file of the lake."""
    file = weather.lake / path
    file.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql(select).write_parquet(str(file))


def station(weather: Weather, *columns: tuple[str, str], **external: object) -> dict:
    """A table of Parquet files."""
    return weather.table("station", *columns, file_format="parquet", row_format="", table_properties="", **external)


def test_null_stays_null_in_a_text(weather: Weather) -> None:
    cleansed = "'data_cleansing_enabled'='true'"
    handlings = ["", cleansed, "'data_cleansing_enabled'='false'"]
    handlings += [f"{cleansed}, 'surplus_char_handling'='{handling}'" for handling in ("FAIL", "TRUNCATE")]
    tables = []
    for number, handling in enumerate(handlings):
        properties = f"({handling})" if handling else ""
        weather.put(f"text{number}/t.txt", "1|\\N|\n2\n3||5\n")
        parquet(weather, f"parquet{number}/t.parquet", "select * from (values ('1', null), ('3', '')) as t (id, name)")
        columns = ("id", ("name", "varchar(8)"))
        tables.append(weather.table(f"text{number}", *columns, table_properties=properties))
        tables.append(weather.table(f"parquet{number}", *columns, file_format="parquet", table_properties=properties))
    weather.declare(*tables)
    staged = weather.stage()
    assert staged.success, staged.error
    for number in range(len(handlings)):
        for table, names in {"text": [(None,), (None,), ("",)], "parquet": [(None,), ("",)]}.items():
            assert weather.rows(f"select name from weather_external.{table}{number} order by id") == names


ALLOWED = {
    "smallint": "1::smallint",
    "integer": "1::int",
    "bigint": "1::bigint",
    "real": "1.5::float",
    "double precision": "1.5::double",
    "boolean": "true",
    "numeric(5,2)": "1.5::decimal(5,2)",
    "numeric": "1::decimal(18,0)",
    "decimal(4)": "1::decimal(4,0)",
    "char(3)": "'abc'",
    "varchar(max)": "repeat('a', 300)",
    "date": "date '2024-01-31'",
    "timestamp": "timestamp '2024-01-31 10:11:12.5'",
}


def test_a_parquet_column_of_its_declared_type_is_read(weather: Weather) -> None:
    columns = {f"c{number}": (kind, value) for number, (kind, value) in enumerate(ALLOWED.items())}
    select = ", ".join(f"{value} as {name}" for name, (_, value) in columns.items())
    parquet(weather, "station/s.parquet", f"select {select}")
    weather.declare(station(weather, *((name, kind) for name, (kind, _) in columns.items())))
    staged = weather.stage()
    assert staged.success, staged.error
    assert (
        weather.rows('select * exclude "$path" from weather_external.station')
        == duckdb.sql(f"select {select}").fetchall()
    )


WRONG = [
    ("int", "2.7::double", "DOUBLE"),
    ("int", "'12'", "VARCHAR"),
    ("int", "1::bigint", "BIGINT"),
    ("bigint", "1::int", "INTEGER"),
    ("smallint", "1::int", "INTEGER"),
    ("int", "1::uinteger", "UINTEGER"),
    ("bigint", "1::ubigint", "UBIGINT"),
    ("varchar(8)", "12::int", "INTEGER"),
    ("varchar(8)", "'x'::blob", "BLOB"),
    ("double precision", "1.5::float", "FLOAT"),
    ("real", "1.5::double", "DOUBLE"),
    ("double precision", "1.5::decimal(5,2)", "DECIMAL(5,2)"),
    ("decimal(5,2)", "1.5::decimal(5,1)", "DECIMAL(5,1)"),
    ("decimal(5,2)", "1.5::decimal(4,2)", "DECIMAL(4,2)"),
    ("decimal(5,2)", "1.5::double", "DOUBLE"),
    ("boolean", "1::int", "INTEGER"),
    ("date", "timestamp '2024-01-31 10:11:12'", "TIMESTAMP"),
    ("timestamp", "date '2024-01-31'", "DATE"),
    ("timestamp", "timestamp_ns '2024-01-31 10:11:12'", "TIMESTAMP_NS"),
    ("varchar(8)", "{'id': 1}", "nested"),
    ("varchar(8)", "['a']", "nested"),
]


def test_a_parquet_column_of_another_type_is_an_error(weather: Weather) -> None:
    tables = []
    for number, (kind, value, _) in enumerate(WRONG):
        # The first file is as declared: each file is looked at.
        declared = next((text for name, text in ALLOWED.items() if name.split("(")[0] == kind.split("(")[0]), "1::int")
        good = declared if "decimal" not in kind else "1.5::decimal(5,2)"
        parquet(weather, f"t{number}/a.parquet", f"select {good} as v")
        parquet(weather, f"t{number}/b.parquet", f"select {value} as v")
        tables.append(weather.table(f"t{number}", ("v", kind), file_format="parquet", table_properties=""))
    weather.declare(*tables)
    error = weather.stage().error
    for number, (kind, _, found) in enumerate(WRONG):
        assert f"t{number}/b.parquet: its column v is {found}, and the YAML says {kind}" in error
        assert f"t{number}/a.parquet" not in error
    assert f"{len(WRONG)} problems" in error


def test_a_column_below_another_is_not_a_column_of_the_table(weather: Weather) -> None:
    parquet(weather, "station/s.parquet", "select {'id': 'x', 'more': [{'id': 'y'}]} as s, 'z' as last, 1::int as id")
    weather.declare(station(weather, ("id", "int"), ("last", "varchar(8)")))
    assert weather.stage().success
    assert weather.rows("select id, last from weather_external.station") == [(1, "z")]
    weather.declare(station(weather, ("more", "varchar(8)")))
    assert "has no column more" in weather.stage().error


def test_timestamps_do_not_move_with_the_time_zone_of_the_session(weather: Weather) -> None:
    noon = [1704110400000000]
    for name, options in {"plain": {}, "int96": {"use_deprecated_int96_timestamps": True}}.items():
        times = pa.table({"a": pa.array(noon, pa.timestamp("us", tz="UTC")), "b": pa.array(noon, pa.timestamp("us"))})
        (weather.lake / name).mkdir()
        pq.write_table(times, weather.lake / name / "t.parquet", **options)
    columns = [("a", "timestamp"), ("b", "timestamp")]
    weather.declare(
        *(weather.table(name, *columns, file_format="parquet", table_properties="") for name in ("plain", "int96"))
    )
    staged = weather.stage()
    assert staged.success, staged.error
    with duckdb.connect(str(weather.warehouse)) as connection:
        for zone, name in itertools.product(("UTC", "America/New_York", "Asia/Kolkata"), ("plain", "int96")):
            connection.execute(f"set timezone = '{zone}'")
            rows = connection.execute(f"select a::varchar, b::varchar from weather_external.{name}").fetchall()
            assert rows == [("2024-01-01 12:00:00", "2024-01-01 12:00:00")], name


def test_files_with_and_without_adjusted_times_are_not_read_together(weather: Weather) -> None:
    parquet(weather, "station/a.parquet", "select timestamp '2024-01-01 12:00:00' as t")
    parquet(weather, "station/b.parquet", "select timestamptz '2024-01-01 12:00:00+00' as t")
    weather.declare(station(weather, ("t", "timestamp")))
    error = weather.stage().error
    assert "b.parquet: times of column t are adjusted to UTC here and not in other files" in error


PARTITIONS = ["null", "__HIVE_DEFAULT_PARTITION__", "a%20b", " a ", "1e5", "07", "true", "nan", "é'"]


@pytest.mark.parametrize("path_macro", ["external_tables.key_value", "weather.letter_and_value"])
def test_the_value_of_a_partition_is_the_declared_text(weather: Weather, path_macro: str) -> None:
    for number, value in enumerate(PARTITIONS):
        folder = f"p={value}" if path_macro.startswith("external") else f"p{value}"
        weather.put(f"reading/{folder}/r.txt", f"value\n{number}\n")
    column = {"name": "p", "data_type": "varchar(32)", "vals": PARTITIONS, "path_macro": path_macro}
    weather.declare(weather.table("reading", "value", partitions=[column]))
    staged = weather.stage()
    assert staged.success, staged.error
    rows = weather.rows("select p from weather_external.reading order by value::int")
    assert [value for (value,) in rows] == PARTITIONS


def test_a_partition_of_another_type_has_its_value(weather: Weather) -> None:
    for value in ("2024-01-31", "2024-02-29"):
        weather.put(f"reading/p={value}/r.txt", "value\n1\n")
    column = {"name": "p", "data_type": "date", "vals": ["2024-01-31", "2024-02-29"]}
    weather.declare(weather.table("reading", "value", partitions=[column]))
    staged = weather.stage()
    assert staged.success, staged.error
    assert weather.rows("select p::varchar, typeof(p) from weather_external.reading order by 1") == [
        ("2024-01-31", "DATE"),
        ("2024-02-29", "DATE"),
    ]


def test_a_value_that_its_partition_cannot_hold_is_an_error(weather: Weather) -> None:
    unfit = {"date": "2024/01/31", "int": "1.5", "smallint": "99999", "varchar(3)": "abcd", "char(2)": "aé"}
    tables = []
    for number, (data_type, value) in enumerate(unfit.items()):
        weather.put(f"t{number}/t.txt", "value\n1\n")
        column = {"name": "p", "data_type": data_type, "vals": [value]}
        tables.append(weather.table(f"t{number}", "value", partitions=[column]))
    weather.declare(*tables)
    error = weather.stage().error
    for data_type, value in unfit.items():
        assert f"partition p is {data_type}, and no such value is {value}" in error


def test_a_partition_is_no_column_of_the_table_or_of_its_files(weather: Weather) -> None:
    weather.put("reading/p=1/r.txt", "P|value\n1|2\n")
    parquet(weather, "station/p=1/s.parquet", "select 'x' as id, 'y' as P")
    column = {"name": "p", "data_type": "varchar(3)", "vals": ["1"]}
    weather.declare(
        weather.table("reading", "P", "value", partitions=[column]),
        station(weather, ("id", "varchar(3)"), partitions=[column]),
    )
    error = weather.stage().error
    assert "column p is declared twice" in error
    assert "s.parquet: has the column p, and so is a partition called" in error


TEXTS = {
    "int": {
        "12": "12",
        "-3": "-3",
        "+3": "3",
        "007": "7",
        "1.5": None,
        "1e3": None,
        " 1": None,
        "x": None,
        "0x1": None,
    },
    "smallint": {"32767": "32767", "1_000": None},
    "bigint": {"9223372036854775807": "9223372036854775807"},
    "decimal(5,2)": {
        **{"5.25": "5.25", "5": "5.00", "5.": "5.00", ".5": "0.50", "-5.250": "-5.25", "123.45": "123.45"},
        **{"1e2": None, "1,5": None, "nan": None, ".": None, "-": None},
    },
    "decimal(3)": {"5.0": "5", ".0": "0"},
    "double precision": {"1.5": "1.5", "1e3": "1000.0", "-.5": "-0.5", "nan": None, "inf": None, "1.5.": None},
    "boolean": {"true": "true", "FALSE": "false", "t": None, "yes": None, "1": None, "0": None},
    "date": {
        **{"2024-01-31": "2024-01-31", "01-31-2024": "2024-01-31", "jan-31-2024": "2024-01-31"},
        **{"31-Jan-2024": "2024-01-31", "2024-JAN-31": "2024-01-31", "01-31-69": "2069-01-31"},
        **{"01-31-70": "1970-01-31", "2024-02-30": None, "31-01-2024": None, "2024/01/31": None, "epoch": None},
        **{"2024-1-31": None, "2024-01-31 00:00:00": None, "today": None, "infinity": None, "20240131": None},
    },
    "timestamp": {
        **{"2024-01-31 10:11:12": "2024-01-31 10:11:12", "2024-01-31 10:11:12.123456": "2024-01-31 10:11:12.123456"},
        **{"2024-01-31T10:11:12": None, "2024-01-31 10:11:12+02": None, "2024-01-31 10:11:12Z": None, "epoch": None},
        **{"2024-01-31 24:00:00": None, "2024-01-31 23:59:60": None, "2024-01-31": None, "2024-02-30 10:11:12": None},
        **{"2024-01-31 10:11": None, "2024-01-31 10:11:12 UTC": None, "now": None},
    },
}


def test_a_text_is_the_value_of_its_type_or_null(weather: Weather) -> None:
    for number, texts in enumerate(TEXTS.values()):
        weather.put(f"t{number}/t.txt", "".join(f"{line}|{text}\n" for line, text in enumerate([*texts, "", "\\N"])))
    weather.declare(
        *(weather.table(f"t{number}", "id", ("v", kind), table_properties="") for number, kind in enumerate(TEXTS))
    )
    staged = weather.stage()
    assert staged.success, staged.error
    for number, (kind, texts) in enumerate(TEXTS.items()):
        rows = weather.rows(f"select v::varchar from weather_external.t{number} order by id::int")
        assert dict(zip([*texts, "", "\\N"], (value for (value,) in rows), strict=True)) == {
            **texts,
            "": None,
            "\\N": None,
        }, kind


BEYOND = [("smallint", "32768"), ("int", "-2147483649"), ("bigint", "9" * 30), ("decimal(5,2)", "1000")]
BEYOND += [("decimal(5,2)", "1.255"), ("decimal(3)", "1.5"), ("decimal(3)", ".5"), ("real", "1e39")]


@pytest.mark.parametrize("handling", ["", "SET_TO_NULL"])
def test_a_number_that_its_column_cannot_hold_is_never_another_number(weather: Weather, handling: str) -> None:
    properties = f"('data_cleansing_enabled'='true', 'numeric_overflow_handling'='{handling}')" if handling else ""
    for number, (_, text) in enumerate(BEYOND):
        weather.put(f"t{number}/t.txt", f"{text}\n")
    weather.declare(
        *(
            weather.table(f"t{number}", ("v", kind), table_properties=properties)
            for number, (kind, _) in enumerate(BEYOND)
        )
    )
    assert weather.stage().success
    for number, (_, text) in enumerate(BEYOND):
        query = f"select v from weather_external.t{number}"
        if handling:
            assert weather.rows(query) == [(None,)]
            continue
        with pytest.raises(duckdb.Error, match='column "v" has a number that') as error:
            weather.rows(query)
        assert text not in str(error.value)


def test_a_type_that_external_tables_do_not_have_is_an_error(weather: Weather) -> None:
    weather.put("station/s.txt", "1\n")
    types = ["timestamptz", "super", "struct<a:int>", "array<int>", "varbyte(3)", "time", "int(3)"]
    columns = [(f"c{number}", data_type) for number, data_type in enumerate(types)]
    weather.declare(weather.table("station", *columns, table_properties=""))
    error = weather.stage().error
    for name, data_type in columns:
        assert f"column {name} is {data_type}, which external tables do not have" in error
