"""What the YAML says is understood, or is an error that names the place and what was meant: nothing is dropped."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Staged, Weather

LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"


def column(**keys: object) -> dict[str, Any]:
    """Give a partition column p with the values a and b, but for these keys."""
    return {"name": "p", "data_type": "varchar(8)", "vals": ["a", "b"], **keys}


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "dbts_own_name": ({"tbl_properties": "('a'='b')"}, "external: there is no tbl_properties. Did you mean table_prop"),
    "hives_name": ({"stored_as": "parquet"}, "external: there is no stored_as. Did you mean file_format?"),
    "slip": ({"row_fromat": "x"}, "external: there is no row_fromat. Did you mean row_format?"),
    "singular": ({"partition": []}, "external: there is no partition. Did you mean partitions?"),
    "far_off": ({"zzz": 1}, "external: there is no zzz; there are location, file_format"),
    "for_snowflake": ({"snowpipe": {"auto_ingest": True}}, "snowpipe is an option of dbt_external_tables for another"),
    "no_location": ({"location": None}, "external has no location"),
    "empty_location": ({"location": ""}, "external has no location"),
    "list_of_texts": ({"columns_of": ["a"]}, "external.columns_of is not a text"),
    "file_with_partitions": (
        {"location": "lake/people.csv", "partitions": [column()]},
        "partitions need a folder, and the location is the file lake/people.csv",
    ),
    "no_boolean": ({"allow_empty": "sometimes"}, "external.allow_empty is sometimes, and may be true or false"),
    "no_choice": ({"undeclared_partitions": "dorp"}, "undeclared_partitions is dorp, and may be keep or drop"),
    "no_format": ({"file_format": "parqet"}, "there is no file_format parqet. Did you mean parquet?"),
    "csv_format": ({"file_format": "csv"}, "there is no file_format csv. Did you mean textfile?"),
    "half_a_class": ({"file_format": "inputformat 'x'"}, "there is no file_format inputformat 'x'"),
    "in_partition": ({"partitions": [column(value=["c"])]}, "partition p: there is no value. Did you mean vals?"),
    "in_vals": (
        {"partitions": [column(vals={"macro": "weather.values_for_partitions", "arg": {}})]},
        "partition p, vals: there is no arg. Did you mean args?",
    ),
    "text_for_partition": ({"partitions": ["p"]}, "external.partitions: p is not a mapping with name, data_type"),
    "no_vals": ({"partitions": [column(vals=None)]}, "partition p has no values"),
    "empty_vals": ({"partitions": [column(vals=[])]}, "partition p has no values"),
    "null_val": ({"partitions": [column(vals=["a", None])]}, "partition p: vals has None, which is not a text"),
    "boolean_val": ({"partitions": [column(vals=[True])]}, "partition p: vals has True, which is not a text"),
    "nested_val": ({"partitions": [column(vals=[["a"]])]}, "partition p: vals has ['a'], which is not a text"),
    "no_path_macro": ({"partitions": [column(path_macro="weather.nothing")]}, "names the macro weather.nothing"),
    "no_package": ({"partitions": [column(path_macro="nowhere.nothing")]}, "names the macro nowhere.nothing"),
    **{
        f"macro_{kind}": (
            {"partitions": [column(vals={"macro": "weather.values_for_partitions", "args": {"kind": kind}})]},
            message,
        )
        for kind, message in {
            "empty": "partition p has no values",
            "nothing": "the macro weather.values_for_partitions returns no values. End it with return(<a list>)",
            "rendered": "the macro weather.values_for_partitions returns no values",
            "mapping": "the macro weather.values_for_partitions returns no values",
        }.items()
    },
    "one_folder": (
        {"partitions": [column(vals=["a-b", "a/b"], path_macro="external_tables.year_month_day")]},
        "the partitions a-b, a/b have one folder, a/b/",
    ),
    "folder_in_folder": (
        {"partitions": [column(vals=["a", "a/b"], path_macro="external_tables.value_only")]},
        "the folder of partition a/b, a/b/, is inside that of a",
    ),
    "column_twice": ({"partitions": [column(name="ID")]}, "column ID is declared twice, as a column and as a partit"),
    "quoted_name": ({"partitions": [column(name='p" int) --')]}, "which cannot be a column's name"),
    "no_type": ({"partitions": [{"name": "p", "vals": ["a"]}]}, "column p has no data_type"),
    "type_with_sql": ({"partitions": [column(data_type="int); drop table x; --")]}, "data_type that is not a type"),
    "properties": ({"table_properties": "('skip.header.line.count'='1'"}, "table_properties cannot be read"),
    "null_property": ({"table_properties": {"skip.header.line.count": None}}, "has no text or number"),
    "row_format": ({"row_format": "delimited fields terminate by ','"}, "row_format cannot be read at"),
}  # fmt: skip


def test_every_mistake_is_named_with_what_was_meant(weather: Weather) -> None:
    weather.declare(*(weather.table(name, "id", **external) for name, (external, _) in MISTAKES.items()))
    error = weather.stage().error
    unsaid = {
        name: message
        for name, (_, message) in MISTAKES.items()
        if not any(line.startswith(f"- raw.{name} ") and message in line for line in map(str.strip, error.split("\n")))
    }
    assert unsaid == {}, error[:3000]


def test_a_property_that_may_be_a_slip_is_a_warning(weather: Weather) -> None:
    weather.put("station/s.txt", "id\n1\n")
    properties = {"skip.header.line.cuont": 1, "numRows": 7, "owner": "us"}
    weather.declare(weather.table("station", "id", table_properties=properties, check_header=False))
    staged = weather.stage()
    assert staged.success, staged.error
    (warning,) = staged.warnings
    assert "no property skip.header.line.cuont. Did you mean skip.header.line.count?" in warning


def test_two_sources_of_one_table_are_refused(weather: Weather) -> None:
    weather.put("station/s.txt", "id\n1\n")
    weather.declare(weather.table("station", "id"), {**weather.table("again", "id"), "identifier": "Station"})
    assert (
        "raw.station (models/_sources.yml): it is the same table of the warehouse as raw.again" in weather.stage().error
    )


def parsed(weather: Weather, what: str, texts: list[Any]) -> list[dict[str, Any]]:
    weather.declare()
    said = weather.dbt("run-operation", "say_parsed", "--args", json.dumps({"what": what, "texts": json.dumps(texts)}))
    assert said.success, said.error
    return [json.loads(line) for line in said.lines]


def test_table_properties_are_read_whole_or_refused(weather: Weather) -> None:
    good: list[tuple[Any, dict[str, str]]] = [
        ("('a'='1', 'b'='2')", {"a": "1", "b": "2"}),
        ("( 'a' = '1' ,\n 'b.c'='x y' )", {"a": "1", "b.c": "x y"}),
        ("('a'=1, skip.header.line.count=1, 'c'=true)", {"a": "1", "skip.header.line.count": "1", "c": "true"}),
        ("(\"a\"=\"it's\", 'b'='it''s', 'c'='')", {"a": "it's", "b": "it's", "c": ""}),
        (r"('a'='\\N', 'b'='\001', 'c'='\t')", {"a": "\\N", "b": "\1", "c": "\t"}),
        ("('a'='(x=''y'', z)')", {"a": "(x='y', z)"}),
        ({"skip.header.line.count": 1, "data_cleansing_enabled": True, "n": "\\N"},
         {"skip.header.line.count": "1", "data_cleansing_enabled": "true", "n": "\\N"}),
        ("", {}),
        ("()", {}),
    ]  # fmt: skip
    bad: list[Any] = [
        "'a'='1'", "('a'='1'", "('a'='1',)", "('a'='1' 'b'='2')", "('a')", "('a'=)", "(='1')", "('a'='1'; 'b'='2')",
        "('a'='1') x", r"('a'='\N')", "('a'='1', 'a'='2')", "('a'=='1')", "('a'='1", ["('a'='1')"], {"a": {"b": 1}},
    ]  # fmt: skip
    said = parsed(weather, "properties", [text for text, _ in good] + bad)
    assert [row["parsed"] for row in said[: len(good)]] == [properties for _, properties in good]
    assert [row["errors"] for row in said[: len(good)]] == [[]] * len(good)
    assert [text for text, row in zip(bad, said[len(good) :], strict=True) if not row["errors"]] == []


def test_row_formats_are_read_whole_or_refused(weather: Weather) -> None:
    lazy = {"field.delim": "\x01"}
    good: list[tuple[str, str, dict[str, str]]] = [
        ("", LAZY, lazy),
        ("delimited", LAZY, lazy),
        ("delimited fields terminated by '|'", LAZY, {"field.delim": "|"}),
        ("DELIMITED\n  FIELDS  TERMINATED BY '\\t'\n LINES TERMINATED BY '\\n'", LAZY,
         {"field.delim": "\t", "line.delim": "\n"}),
        ("delimited lines terminated by '\\n' fields terminated by '\\073'", LAZY,
         {"line.delim": "\n", "field.delim": ";"}),
        ("delimited fields terminated by '\\A'", LAZY, lazy),
        (f"serde '{LAZY}' with serdeproperties ('serialization.format'='44')", LAZY, {"field.delim": ","}),
        (f"serde '{LAZY}' with serdeproperties ('field.delim'='|', 'escape.delim'='\\\\')", LAZY,
         {"field.delim": "|", "escape.delim": "\\"}),
        (f"serde '{CSV}'", CSV, {}),
        (f"SERDE '{CSV}' WITH SERDEPROPERTIES ('separatorChar'=',', 'quoteChar'='\"', 'escapeChar'='\\\\')", CSV,
         {"separatorChar": ",", "quoteChar": '"', "escapeChar": "\\"}),
        ("serde 'org.openx.data.jsonserde.JsonSerDe'\n with serdeproperties (\n 'strip.outer.array'='false'\n )",
         "org.openx.data.jsonserde.JsonSerDe", {"strip.outer.array": "false"}),
    ]  # fmt: skip
    bad = {
        "delimited field terminated by '|'": "cannot be read",
        "fields terminated by '|'": "cannot be read",
        'delimited fields terminated by "|"': "cannot be read",
        "delimited fields terminated by |": "cannot be read",
        "delimited fields terminated by '|' fields terminated by ','": "cannot be read",
        "delimited fields terminated by '|' x": "cannot be read",
        "delimited fields terminated by '||'": "not one ASCII character",
        "delimited fields terminated by 'é'": "not one ASCII character",
        "delimited fields terminated by ''": "not one ASCII character",
        "delimited fields terminated by '|' escaped by '\\\\'": "`escaped by` is Hive's",
        "delimited fields terminated by '|' null defined as 'x'": "`null defined` is Hive's",
        "delimited collection items terminated by ','": "`collection items` is Hive's",
        "delimited map keys terminated by ','": "`map keys` is Hive's",
        "serde": "cannot be read",
        f"serde {CSV}": "cannot be read",
        f'serde "{CSV}"': "cannot be read",
        f"serde '{CSV}' serdeproperties ('a'='b')": "cannot be read",
        f"serde '{CSV}' with serdeproperties": "row_format cannot be read",
        f"serde '{CSV}' with serdeproperties ('a')": "serdeproperties cannot be read",
        "delimited fields terminated by '|'; drop table x": "cannot be read",
    }
    said = parsed(weather, "row_format", [text for text, *_ in good] + list(bad))
    assert [(row["parsed"]["serde"], row["parsed"]["properties"]) for row in said[: len(good)]] == [
        (serde, properties) for _, serde, properties in good
    ]
    assert [row["errors"] for row in said[: len(good)]] == [[]] * len(good)
    wrong = {
        text: row["errors"]
        for (text, message), row in zip(bad.items(), said[len(good) :], strict=True)
        if message not in " ".join(row["errors"])
    }
    assert wrong == {}


def folders(weather: Weather, *partitions: dict[str, Any]) -> list[str]:
    """Give the folders of the partitions that would be registered on Redshift."""
    weather.declare(weather.table("reading", "id", location="s3://weather/reading", partitions=list(partitions)))
    weather.warehouse.unlink(missing_ok=True)
    weather.rows(weather.CATALOG + "insert into svv_external_schemas values ('weather_external')")
    said = weather.dbt("run-operation", "show_redshift_plan")
    assert said.success, said.error
    plan = json.loads(said.lines[0].removeprefix("PLAN "))
    assert plan["errors"] == []
    statements = " ".join(plan["statements"][1:])
    return [clause.split("'")[0] for clause in statements.split("location 's3://weather/reading/")[1:]]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"vals": ["a", "A", "null", ""]}, ["p=a/", "p=A/", "p=null/", "p=/"]),
        ({"vals": 2024}, ["p=2024/"]),
        ({"vals": {"macro": "weather.values_for_partitions", "args": {"kind": "integers"}}}, ["p=7/", "p=8/"]),
        ({"vals": {"macro": "weather.values_for_partitions", "args": {"kind": "query"}}}, ["p=a/", "p=b/"]),
        ({"vals": {"macro": "weather.values_for_partitions", "args": {"kind": "text"}}}, ["p=only/"]),
        (
            {
                "vals": {"macro": "weather.values_for_partitions", "args": {"kind": "dates"}},
                "path_macro": "external_tables.year_month_day",
            },
            ["2024/01/31/", "2024/02/01/"],
        ),
        ({"path_macro": "dbt_external_tables.key_value"}, ["p=a/", "p=b/"]),
        ({"path_macro": "dbt_external_tables.value_only"}, ["a/", "b/"]),
        ({"path_macro": "external_tables.value_only"}, ["a/", "b/"]),
        ({"path_macro": "weather.rendered_folder"}, ["p/a/", "p/b/"]),
        ({"path_macro": "weather.value_then_name"}, ["a-p/", "b-p/"]),
    ],
)
def test_values_and_folders_of_partitions(weather: Weather, keys: dict[str, Any], expected: list[str]) -> None:
    assert folders(weather, column(**keys)) == expected


def test_folders_of_two_partition_columns(weather: Weather) -> None:
    day = column(name="day", vals=["2024-01-31"], path_macro="dbt_external_tables.year_month_day")
    assert folders(weather, column(), day) == ["p=a/2024/01/31/", "p=b/2024/01/31/"]


def test_nothing_is_changed_if_a_statement_fails(weather: Weather) -> None:
    """The second view cannot be made, as a table has its name: the first is not made either, and then both are."""
    for name in ("first", "second"):
        weather.put(f"{name}/s.txt", "id\n1\n")
    weather.declare(weather.table("first", "id"), weather.table("second", "id"))
    weather.rows("create schema weather_external; create table weather_external.second (id int)")
    assert not weather.stage().success
    assert weather.rows("select view_name from duckdb_views() where not internal") == []
    weather.rows("drop table weather_external.second")
    assert weather.stage().success
    assert weather.rows("select count(*) from weather_external.first") == [(1,)]


def test_select_may_be_a_list(weather: Weather) -> None:
    for name in ("one", "two"):
        weather.put(f"{name}/s.txt", "id\n1\n")
    weather.declare(weather.table("one", "id"), weather.table("two", "id"))

    def staged(select: str) -> Staged:
        return weather.stage("--args", f"{{select: {select}}}")

    assert [line.split()[0] for line in staged("[raw.two]").lines[:-1]] == ["raw.two"]
    assert len(staged("[raw.one, raw.two]").lines) == 3
    assert "No external source is called raw.three" in staged("[raw.one, raw.three]").error
    assert "select is neither a text nor a list" in staged("{raw: one}").error
    assert "select is neither a text nor a list" in staged("7").error


@pytest.mark.parametrize(
    ("location", "declared"),
    [
        ("s3://weather/reading", "s3://weather/reading/"),
        ("s3://weather/reading/", "s3://weather/reading/"),
        ("s3://weather/v1.2", "s3://weather/v1.2/"),
        ("s3://weather/list.manifest", "s3://weather/list.manifest"),
        ("s3://weather/unload_manifest", "s3://weather/unload_manifest"),
        ("s3://weather/manifest", "s3://weather/manifest"),
        ("s3://weather/people.csv", "s3://weather/people.csv"),
        ("s3://weather/people.csv/", "s3://weather/people.csv/"),
        ("s3://weather/o'clock\\", "s3://weather/o''clock\\/"),
    ],
)
def test_a_location_is_a_folder_or_a_file(weather: Weather, location: str, declared: str) -> None:
    weather.declare(weather.table("reading", "id", location=location))
    weather.rows(weather.CATALOG + "insert into svv_external_schemas values ('weather_external')")
    said = weather.dbt("run-operation", "show_redshift_plan")
    plan = json.loads(said.lines[0].removeprefix("PLAN "))
    (statement,) = plan["statements"]
    assert f"location '{declared}'\n" in statement
    assert bool(plan["warnings"]) == declared.endswith("csv")


def test_a_manifest_is_refused_on_duckdb(weather: Weather) -> None:
    weather.put("list.manifest", '{"entries": []}')
    weather.declare(weather.table("list", "id", location="lake/list.manifest"))
    assert "the location is a manifest, which is not supported on DuckDB" in weather.stage().error
