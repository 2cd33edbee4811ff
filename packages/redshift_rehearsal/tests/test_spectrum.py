"""External tables: files are read as Spectrum reads them, and the catalog says what Spectrum's says."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from redshift_rehearsal import Rehearsal

CLEANSING = "'data_cleansing_enabled'='true', 'invalid_char_handling'='SET_TO_NULL'"

BAD = b"\xff"

TableMaker = Callable[..., str]


@pytest.fixture(scope="module")
def external(rehearsal: Rehearsal) -> str:
    """Make an external schema."""
    rehearsal.run("create external schema if not exists files from data catalog database 'glue' iam_role default")
    return "files"


@pytest.fixture
def table(rehearsal: Rehearsal, external: str, request: pytest.FixtureRequest) -> TableMaker:
    """Give a function that writes files and makes an external table over them; it returns the table's name."""

    def make(
        content: bytes | dict[str, bytes],
        columns: str = "a varchar(10), b varchar(10), c varchar(10)",
        properties: str = "",
    ) -> str:
        name = request.node.name.split("[")[0]
        folder = rehearsal.settings.folders["s3://rehearsal/lake"] / name
        folder.mkdir(exist_ok=True)
        files = content if isinstance(content, dict) else {"data.txt": content}
        for file, data in files.items():
            (folder / file).write_bytes(data)
        rehearsal.run(f"drop table if exists {external}.{name}")
        rehearsal.run(
            f"create external table {external}.{name} ({columns}) row format delimited fields terminated by '|' "
            f"stored as textfile location 's3://rehearsal/lake/{name}/'"
            + (f" table properties ({properties})" if properties else "")
        )
        return f"{external}.{name}"

    return make


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b"x|y|z", ("x", "y", "z")),
        (b"x|y", ("x", "y", None)),  # a missing field is NULL
        (b"x||", ("x", "", "")),  # an empty one is an empty string
        (b"x|y|z|more|still more", ("x", "y", "z")),  # what is too much is dropped
        (rb"x|\N|z", ("x", None, "z")),
        (rb"x|a\tb|\N?", ("x", r"a\tb", r"\N?")),  # a backslash is data otherwise
        (b"x|a\tb|c\r", ("x", "a\tb", "c\r")),  # so are tabs and carriage returns
        (b'"x|y"| z ', ('"x', 'y"', " z ")),  # quotes and blanks too
        ("ä|ö€|ü".encode(), ("ä", "ö€", "ü")),
        (b"x|\xff\xfe|z", ("x", None, "z")),  # not UTF-8: the field is NULL, the others are read
        (b"x|a\0b|z", ("x", None, "z")),
        (b"12345678901|1234567890|z", (None, "1234567890", "z")),  # longer than its column
        ("ääääää|äääää|z".encode(), (None, "äääää", "z")),  # in bytes
        (b"", ("", None, None)),
    ],
)
def test_a_line_becomes_a_row(rehearsal: Rehearsal, table: TableMaker, line: bytes, row: tuple) -> None:
    name = table(b"header|of|file\n" + line + b"\n", properties=f"'skip.header.line.count'='1', {CLEANSING}")
    assert rehearsal.run(f"select * from {name}") == [row]


def test_text_is_cut_to_its_column_unless_data_is_cleansed(rehearsal: Rehearsal, table: TableMaker) -> None:
    name = table("12345678901|äääääb|xääääää".encode())
    assert rehearsal.run(f"select * from {name}") == [("1234567890", "äääää", "xääää")]


def test_invalid_text_is_null_unless_data_is_cleansed(rehearsal: Rehearsal, table: TableMaker) -> None:
    assert rehearsal.run(f"select * from {table(b'x|' + BAD + b'|z')}") == [("x", None, "z")]


def test_invalid_text_is_refused_where_nothing_says_what_it_becomes(table: TableMaker) -> None:
    with pytest.raises(Exception, match="not valid UTF-8"):
        table(b"x|\xff|z", properties="'data_cleansing_enabled'='true'")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (b"\xff", "#"),
        (b"Barcel\xf3na", "Barcel#na"),
        (b"\xc3\xa9\xc3", "é#"),  # each byte that belongs to no character
        (b"\xf0\x9f\x98|x", "###"),
        (b"\xed\xa0\x80\xef\xbf\xbd", "###\ufffd"),
        (b"a\0b", "a#b"),
        (b"\\N", None),
    ],
)
def test_each_invalid_byte_is_replaced(rehearsal: Rehearsal, table: TableMaker, field: bytes, text: str | None) -> None:
    properties = "'data_cleansing_enabled'='true', 'invalid_char_handling'='REPLACE', 'replacement_char'='#'"
    name = table(b"x|" + field + b"\n", properties=properties)
    assert rehearsal.run(f"select b from {name}") == [(text,)]


@pytest.mark.parametrize("replacement", ["\x1a", "\\\\", "é"])
def test_what_replaces_a_byte_is_data_and_has_to_fit(rehearsal: Rehearsal, table: TableMaker, replacement: str) -> None:
    properties = (
        "'data_cleansing_enabled'='true', 'invalid_char_handling'='REPLACE', 'surplus_char_handling'='TRUNCATE', "
        f"'replacement_char'='{replacement}'"
    )
    name = table(b"x|" + b"\xff" * 10 + b"\n", properties=properties)
    expected = {"\x1a": "\x1a" * 10, "\\\\": "\\" * 10, "é": "é" * 5}[replacement]
    assert rehearsal.run(f"select b from {name}") == [(expected,)]


def test_the_delimiter_is_the_null_format_that_no_field_has(rehearsal: Rehearsal, table: TableMaker) -> None:
    name = table(b"x|\\N|\nx\nx|\\N\n", properties="'serialization.null.format'='|'")
    rows = rehearsal.run(f"select * from {name}")
    assert sorted(rows, key=str) == sorted([("x", r"\N", ""), ("x", None, None), ("x", r"\N", None)], key=str)


def test_null_may_be_written_otherwise(rehearsal: Rehearsal, table: TableMaker) -> None:
    name = table(rb"-|\N|z", properties="'serialization.null.format'='-'")
    assert rehearsal.run(f"select * from {name}") == [(None, r"\N", "z")]


def test_header_lines_are_skipped_in_every_file(rehearsal: Rehearsal, table: TableMaker) -> None:
    files = {"1.txt": b"h|h|h\nh|h|h\n1|x|y\n", "2.txt": b"h|h|h\nh|h|h\n2|x|y", "3.txt": b"h|h|h\n"}
    name = table(files, properties="'skip.header.line.count'='2'")
    assert rehearsal.run(f"select a from {name} order by a") == [("1",), ("2",)]


def test_hidden_files_are_not_read(rehearsal: Rehearsal, table: TableMaker) -> None:
    hidden = {name: b"hidden|x|y" for name in (".x", "_SUCCESS", "#x", "x~")}
    name = table({"x": b"1|x|y", **hidden})
    assert rehearsal.run(f"select a from {name}") == [("1",)]


def test_typed_columns_are_null_where_the_text_is_no_such_value(rehearsal: Rehearsal, table: TableMaker) -> None:
    name = table(
        b"1|1.25|2008-01-02|2008-01-02 03:04:05|true|x\n1.5|x|02/01/2008|2008-01-02|yes|\n||||\n",
        columns="a integer, b decimal(8,2), c date, d timestamp, e boolean, f varchar(5)",
    )
    rows = rehearsal.run(f"select a, b, cast(c as varchar(20)), cast(d as varchar(20)), e, f from {name}")
    assert [str(value) for value in rows[0]] == ["1", "1.25", "2008-01-02", "2008-01-02 03:04:05", "True", "x"]
    assert rows[1:] == [(None, None, None, None, None, ""), (None,) * 6]


# As in packages/external_tables/tests/test_values.py, on DuckDB.
TYPED = {
    "int": {"12": "12", "+3": "3", "1.5": None, "1e3": None, " 1": None, "0x1": None, "1_000": None},
    "decimal(5,2)": {"5.25": "5.25", "5.": "5.00", ".5": "0.50", "-5.250": "-5.25", "1e2": None, "nan": None},
    "double precision": {"1e3": "1000", "nan": None, "inf": None},
    "boolean": {"FALSE": "false", "t": None, "yes": None, "1": None},
    "date": {
        **{"01-31-2024": "2024-01-31", "31-Jan-2024": "2024-01-31", "01-31-69": "2069-01-31", "01-31-70": "1970-01-31"},
        **{"2024-02-30": None, "31-01-2024": None, "2024/01/31": None, "epoch": None, "2024-1-31": None},
    },
    "timestamp": {
        **{"2024-01-31 10:11:12.5": "2024-01-31 10:11:12.5", "2024-01-31 24:00:00": None},
        **{"2024-01-31 23:59:60": None, "2024-01-31 10:11:12+02": None, "2024-01-31T10:11:12": None, "now": None},
    },
}


@pytest.mark.parametrize("kind", TYPED)
def test_a_text_is_the_value_of_its_type_or_null(rehearsal: Rehearsal, table: TableMaker, kind: str) -> None:
    lines = "".join(f"{number:02}|{text}\n" for number, text in enumerate(TYPED[kind]))
    name = table(lines.encode(), columns=f"a varchar(2), b {kind}")
    text = "case when b then 'true' when not b then 'false' end" if kind == "boolean" else "cast(b as varchar(30))"
    rows = rehearsal.run(f"select {text} from {name} order by a")
    assert dict(zip(TYPED[kind], (value for (value,) in rows), strict=True)) == TYPED[kind]


@pytest.mark.parametrize(("kind", "text"), [("smallint", b"32768"), ("decimal(5,2)", b"1.255"), ("real", b"1e39")])
def test_a_number_that_its_column_cannot_hold_is_never_another_number(
    rehearsal: Rehearsal, table: TableMaker, kind: str, text: bytes
) -> None:
    with pytest.raises(Exception, match="has a number that"):
        table(text, columns=f"a {kind}")
    properties = "'data_cleansing_enabled'='true', 'numeric_overflow_handling'='SET_TO_NULL'"
    assert rehearsal.run(f"select a from {table(text, columns=f'a {kind}', properties=properties)}") == [(None,)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", "2.7::double"), ("integer", "1::bigint"), ("varchar(5)", "12"), ("decimal(5,2)", "1.5::decimal(5,1)")],
)
def test_a_parquet_column_of_another_type_is_refused(
    rehearsal: Rehearsal, external: str, kind: str, value: str
) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "other_type"
    folder.mkdir(exist_ok=True)
    duckdb.sql(f"select {value} as v").write_parquet(str(folder / "1.parquet"))
    error = rehearsal.error(
        f"create external table {external}.other_type (v {kind}) stored as parquet "
        "location 's3://rehearsal/lake/other_type/'"
    )
    assert "incompatible Parquet schema for column v" in error


def test_path_and_size_are_there_when_named(rehearsal: Rehearsal, table: TableMaker) -> None:
    name = table({"1.txt": b"1|x|y", "2.txt": b"22|x|y\n"})
    folder = f"s3://rehearsal/lake/{name.split('.')[1]}"
    assert rehearsal.run(f"select * from {name} where a = '1'") == [("1", "x", "y")]
    assert rehearsal.run(f'select a, "$path", "$size" from {name} as t order by a') == [
        ("1", f"{folder}/1.txt", 5),
        ("22", f"{folder}/2.txt", 7),
    ]
    assert rehearsal.run(f"select count(*) from {name} as t where t.\"$path\" like '%/2.txt'") == [(1,)]
    assert rehearsal.run(f'select "$path", count(*) from {name} group by "$path" order by 1')[0][1] == 1
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute(f'select "$path" from {name}')
        assert [column[0] for column in cursor.description] in ([b"$path"], ["$path"])


def test_path_of_a_fixture_is_its_own_column(rehearsal: Rehearsal) -> None:
    sql = """with files as (select 'here' as "$path") select "$path" as p from files"""
    assert rehearsal.run(sql) == [("here",)]


def test_a_local_table_has_no_path(rehearsal: Rehearsal) -> None:
    rehearsal.run("create schema if not exists no_path")
    rehearsal.run("drop table if exists no_path.t")
    rehearsal.run("create table no_path.t as (select 1 as a)")
    assert "$path" in rehearsal.error('select "$path" from no_path.t')


def test_files_that_changed_are_read_anew_by_the_next_session(rehearsal: Rehearsal, table: TableMaker) -> None:
    name = table(b"1|x|y")
    for file in (rehearsal.settings.folders["s3://rehearsal/lake"] / name.split(".")[1]).iterdir():
        file.write_bytes(b"22|x|y")
    assert rehearsal.run(f"select a from {name}") == [("22",)]


def test_parquet_is_read_by_column_name(rehearsal: Rehearsal, external: str, tmp_path: Path) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "parquet"
    folder.mkdir(exist_ok=True)
    duckdb.sql("select 2 as b, 'x' as a, null::varchar as n, '' as e").write_parquet(str(folder / "1.parquet"))
    rehearsal.run(f"drop table if exists {external}.parquet")
    rehearsal.run(
        f"create external table {external}.parquet (a varchar(5), b integer, n varchar(5), e varchar(5), z date) "
        "stored as parquet location 's3://rehearsal/lake/parquet/'"
    )
    assert rehearsal.run(f"select * from {external}.parquet") == [("x", 2, None, "", None)]


@pytest.fixture
def partitioned(rehearsal: Rehearsal, external: str) -> str:
    for month in ("01", "02", "moved"):
        folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "by_month" / f"month={month}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data.txt").write_bytes(f"{month}|x\n".encode())
    rehearsal.run(f"drop table if exists {external}.by_month")
    rehearsal.run(
        f"create external table {external}.by_month (a varchar(10)) partitioned by (month varchar(7)) "
        "row format delimited fields terminated by '|' stored as textfile location 's3://rehearsal/lake/by_month/'"
    )
    return f"{external}.by_month"


def _add(table: str, *months: str) -> str:
    clauses = [f"partition (month='{month}') location '{_location(month)}'" for month in months]
    return f"alter table {table} add if not exists\n" + "\n".join(clauses)


def _location(month: str) -> str:
    return f"s3://rehearsal/lake/by_month/month={month}/"


def test_partitions_are_read_when_they_are_registered(rehearsal: Rehearsal, partitioned: str) -> None:
    def content() -> list[tuple]:
        return rehearsal.run(f"select a, month from {partitioned} order by month")

    assert content() == []
    rehearsal.run(_add(partitioned, "01", "02", "without files"))
    assert content() == [("01", "01"), ("02", "02")]
    rehearsal.run(_add(partitioned, "01"))  # is there already
    rehearsal.run(f"alter table {partitioned} partition (month='02') set location '{_location('moved')}'")
    assert content() == [("01", "01"), ("moved", "02")]
    rehearsal.run(f"alter table {partitioned} drop partition (month='01')")
    assert content() == [("moved", "02")]
    assert rehearsal.run("select \"values\", location from svv_external_partitions where tablename = 'by_month'") == [
        ('["02"]', _location("moved")),
        ('["without files"]', _location("without files")),
    ]


def test_partitions_that_are_wrong_are_refused(rehearsal: Rehearsal, partitioned: str) -> None:
    rehearsal.run(_add(partitioned, "01"))
    wrong = {
        _add(partitioned, "01").replace(" if not exists", ""): "already exists",
        _add(partitioned, "02").replace("month=", "year=", 1): "do not match",
        _add(partitioned, *map(str, range(101))): "100 are the limit",
        f"alter table {partitioned} drop partition (month='07')": "does not exist",
        f"alter table {partitioned} add partition (month='07')": "syntax error",
    }
    for sql, message in wrong.items():
        assert message in rehearsal.error(sql)


def test_the_catalog_tells_what_was_declared(rehearsal: Rehearsal, partitioned: str) -> None:
    ((location, input_format, serde, parameters),) = rehearsal.run(
        "select location, input_format, serialization_lib, serde_parameters from svv_external_tables "
        "where schemaname = 'files' and tablename = 'by_month'"
    )
    assert location == "s3://rehearsal/lake/by_month/"
    assert input_format == "org.apache.hadoop.mapred.TextInputFormat"
    assert serde == "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
    assert json.loads(parameters)["field.delim"] == "|"
    assert rehearsal.run(
        "select columnname, external_type, columnnum, part_key from svv_external_columns "
        "where schemaname = 'files' and tablename = 'by_month' order by columnnum"
    ) == [("a", "varchar(10)", 1, 0), ("month", "varchar(7)", 2, 1)]
    assert ("files", "glue") in rehearsal.run("select schemaname, databasename from svv_external_schemas")


def test_external_tables_are_in_no_other_catalog(rehearsal: Rehearsal, partitioned: str) -> None:
    for sql in (
        "select table_name from information_schema.tables where table_schema = 'files'",
        "select column_name from information_schema.columns where table_schema = 'files'",
        "select tablename from pg_tables where schemaname = 'files'",
        "select relname from pg_catalog.pg_class where relname = 'by_month'",
    ):
        assert rehearsal.run(sql) == [], sql


def test_statements_that_redshift_refuses(rehearsal: Rehearsal, external: str, partitioned: str) -> None:
    end = "row format delimited fields terminated by '|' stored as textfile location"
    properties = f"create external table {external}.t (a varchar) {end} 's3://rehearsal/lake/' table properties"
    refused = {
        f"{properties} ('invalid_char_handling'='DROP_ROW')": "not rehearsed: '",
        f"{properties} ('column_count_mismatch_handling'='FAIL')": "not rehearsed: '",
        f"{properties} ('compression_type'='gzip')": "not rehearsed: '",
        f"create external table {external}.t (a varchar) {end} 'folder/'": "path in Amazon S3",
        f"create external table {external}.t (a varchar) {end} 's3://other/folder/'": "no folder holds",
        f"create external table {external}.t (a varchar) {end} 's3://rehearsal/lakes/'": "no folder holds",
        f"create external table {external}.t (a varchar) {end} 's3://rehearsal/lake/../'": "no folder holds",
        f"create external table public.t (a varchar) {end} 's3://rehearsal/lake/'": "not an external schema",
        f"create external table {external}.t (a hugeint) {end} 's3://rehearsal/lake/'": "hugeint",
        f"create external table {external}.t (a varchar)": "needs LOCATION",
        f"create external table {partitioned} (a varchar) {end} 's3://rehearsal/lake/'": "already exists",
        "create external schema x from data catalog database 'x'": "needs IAM_ROLE",
        "create external schema x from data catalog database 'x' iam_role 'me'": "Invalid IAM role",
        f"drop table {external}.missing": "does not exist",
        f"grant select on {partitioned} to admin": "takes no privileges",
        f"insert into {partitioned} values ('x', 'y')": "permission denied",
        f"create view public.bound as select * from {partitioned}": "WITH NO SCHEMA BINDING",
    }
    for sql, message in refused.items():
        assert message in rehearsal.error(sql), sql


def test_without_stored_as_a_table_is_text(rehearsal: Rehearsal, external: str) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "no_form"
    folder.mkdir()
    (folder / "a.txt").write_text("x|y\n")
    rehearsal.run(
        f"create external table {external}.no_form (a varchar(9), b varchar(9)) row format delimited "
        "fields terminated by '|' location 's3://rehearsal/lake/no_form/'"
    )
    assert rehearsal.run(f"select a, b from {external}.no_form") == [("x", "y")]
    rehearsal.run(f"drop table {external}.no_form")


def test_a_file_that_becomes_unreadable_ends_no_session(rehearsal: Rehearsal, external: str) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "damaged"
    folder.mkdir()
    file = folder / "a.gz"
    file.write_bytes(gzip.compress(b"x\n"))
    rehearsal.run(
        f"create external table {external}.damaged (a varchar(9)) row format delimited fields terminated by '|' "
        "stored as textfile location 's3://rehearsal/lake/damaged/'"
    )
    file.write_bytes(b"this is no gzip")
    for _ in range(2):
        assert rehearsal.run("select 1") == [(1,)]
    rehearsal.run(f"drop table {external}.damaged")


def test_external_tables_cannot_be_changed_in_a_transaction(rehearsal: Rehearsal, partitioned: str) -> None:
    with rehearsal.connect() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        with pytest.raises(Exception, match="cannot run inside a transaction block"):
            cursor.execute(_add(partitioned, "01"))
        cursor.execute("rollback")
        cursor.execute(_add(partitioned, "01"))


def test_lines_may_end_in_another_character(rehearsal: Rehearsal, external: str) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "other_ends"
    folder.mkdir()
    (folder / "data.txt").write_bytes(b"1|a\nb\x072|c\x07")
    rehearsal.run(
        f"create external table {external}.other_ends (a int, b varchar(9)) row format delimited "
        "fields terminated by '|' lines terminated by '\\007' stored as textfile location 's3://rehearsal/lake/other_ends/'"
    )
    assert rehearsal.run(f"select * from {external}.other_ends order by 1") == [(1, "a\nb"), (2, "c")]


@pytest.mark.parametrize("delimiter", ["", "||", "\\t|"])
def test_a_delimiter_is_one_character(rehearsal: Rehearsal, external: str, delimiter: str) -> None:
    for of in ("fields", "lines"):
        assert "is not a single character" in rehearsal.error(
            f"create external table {external}.of_many (a int) row format delimited {of} terminated by '{delimiter}' "
            "stored as textfile location 's3://rehearsal/lake/of_many/'"
        )


def test_a_location_is_a_folder_or_a_manifest(rehearsal: Rehearsal, external: str) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "listed"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"1\n")
    (folder / "b.txt").write_bytes(b"2\n")
    (folder / "manifest").write_text(json.dumps({"entries": [{"url": "s3://rehearsal/lake/listed/b.txt"}]}))
    create = f"create external table {external}.listed (a int) stored as textfile location 's3://rehearsal/lake/listed/"
    assert "no manifest" in rehearsal.error(f"{create}a.txt'")
    rehearsal.run(f"{create}manifest'")
    assert rehearsal.run(f'select a, "$path" from {external}.listed') == [(2, "s3://rehearsal/lake/listed/b.txt")]


@pytest.mark.parametrize("content", [b"PAR1 no parquet", b""])
def test_a_file_that_cannot_be_read_any_more_harms_no_other_table(
    rehearsal: Rehearsal, external: str, content: bytes
) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"]
    for name in ("broken", "whole"):
        (folder / name).mkdir(exist_ok=True)
        duckdb.sql("select 1 as a").write_parquet(str(folder / name / "a.parquet"))
        rehearsal.run(f"drop table if exists {external}.{name}")
        rehearsal.run(
            f"create external table {external}.{name} (a int) stored as parquet location 's3://rehearsal/lake/{name}/'"
        )
    (folder / "broken" / "a.parquet").write_bytes(content)
    duckdb.sql("select 2 as a").write_parquet(str(folder / "whole" / "b.parquet"))
    assert rehearsal.run(f"select a from {external}.whole order by 1") == [(1,), (2,)]
    rehearsal.run(f"drop table {external}.broken")


JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe"
CSV_SERDE = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
REGEX_SERDE = "org.apache.hadoop.hive.serde2.RegexSerDe"


@pytest.mark.parametrize(
    ("serde", "properties", "content"),
    [
        (CSV_SERDE, "", b'1,"a,b"\n2,\xc3\xa4\n'),
        (CSV_SERDE, "'separatorChar'=';', 'quoteChar'='!'", b"1;!a,b!\r\n2;\xc3\xa4\r\n"),
        (JSON_SERDE, "", b'{"a": 1, "B": "a,b", "c": {}}\n{"b": "\\u00e4", "a": 2}\n'),
        (JSON_SERDE, "", b'{\n  "a": 1,\n  "b": "a,b"\n}\n{"a": 2,\n "b": "\xc3\xa4"}'),
        (JSON_SERDE, "'strip.outer.array'='true'", b'[{"a": 1, "b": "a,b"}, {"a": 2, "b": "\\u00e4"}]'),
        (JSON_SERDE, "'mapping.b'='text'", b'{"a": 1, "text": "a,b"} {"a": 2, "text": "\\u00e4"}'),
        ("org.apache.hive.hcatalog.data.JsonSerDe", "", b'{"a": 1, "b": "a,b"}\n{"a": 2, "b": "\\u00e4"}'),
        (REGEX_SERDE, "'input.regex'='(.)-(.*)'", b"1-a,b\n2-\xc3\xa4\n"),
        ("org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe", "'field.delim'='|'", b"1|a,b\n2|\xc3\xa4\n"),
    ],
)
def test_a_serde_reads_rows(
    rehearsal: Rehearsal, external: str, serde: str, properties: str, content: bytes, tmp_path: Path
) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "serdes" / tmp_path.name
    folder.mkdir(parents=True)
    (folder / "data").write_bytes(content)
    rehearsal.run(f"drop table if exists {external}.of_serde")
    rehearsal.run(
        f"create external table {external}.of_serde (a int, b varchar(9)) row format serde '{serde}' "
        + (f"with serdeproperties ({properties}) " if properties else "")
        + "stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat' outputformat 'any' "
        + f"location 's3://rehearsal/lake/serdes/{tmp_path.name}/'"
    )
    assert rehearsal.run(f"select a, b from {external}.of_serde order by a") == [(1, "a,b"), (2, "ä")]
    assert rehearsal.run("select serialization_lib from svv_external_tables where tablename = 'of_serde'") == [(serde,)]


@pytest.mark.parametrize("content", [b'{"a": 1', b"[1]", b"1\n", b'{"a": 1}\n\n{"a": \n'])
def test_json_that_cannot_be_read(rehearsal: Rehearsal, external: str, content: bytes) -> None:
    folder = rehearsal.settings.folders["s3://rehearsal/lake"] / "malformed"
    folder.mkdir(exist_ok=True)
    (folder / "data.json").write_bytes(content)
    rehearsal.run(f"drop table if exists {external}.malformed")
    create = f"create external table {external}.malformed (a int) row format serde '{JSON_SERDE}' {{}}location "
    create += "'s3://rehearsal/lake/malformed/'"
    assert "no JSON object" in rehearsal.error(create.format(""))
    rehearsal.run(create.format("with serdeproperties ('ignore.malformed.json'='true') "))
    assert (None,) in rehearsal.run(f"select a from {external}.malformed")


@pytest.mark.parametrize(
    ("clause", "message"),
    [
        ("row format serde 'com.amazon.ionhiveserde.IonHiveSerDe'", "not rehearsed: ROW FORMAT SERDE"),
        (f"row format serde '{JSON_SERDE}' with serdeproperties ('a')", "syntax error"),
        (f"row format serde '{JSON_SERDE}' with serdeproperties (a = 'b')", "syntax error"),
        (f"row format serde {JSON_SERDE}", "syntax error"),
        ("stored as inputformat 'com.example.In' outputformat 'com.example.Out'", "not rehearsed: INPUTFORMAT"),
        ("stored as inputformat 'org.apache.hadoop.mapred.TextInputFormat'", "syntax error"),
        (
            "stored as orc",
            "not rehearsed: STORED AS ORC; declare the table over a copy of the files in Parquet or text",
        ),
        ("stored as avro", "not rehearsed: STORED AS AVRO; declare"),
        ("stored as delta", "syntax error"),
    ],
)
def test_other_serdes_are_not_read(rehearsal: Rehearsal, external: str, clause: str, message: str) -> None:
    create = f"create external table {external}.of_other (a int) {clause} location 's3://rehearsal/lake/of_other/'"
    assert message in rehearsal.error(create)
