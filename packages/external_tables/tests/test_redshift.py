"""On Redshift: which statements, from what its catalog tells. Nothing connects: DuckDB tables stand for the catalog.

The files in redshift/ hold the statements that are expected, as they would be sent.
"""

from __future__ import annotations

import cProfile
import json
import pstats
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from conftest import Weather

GOLDEN = Path(__file__).parent / "redshift"
LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
PROPERTIES = {
    "skip.header.line.count": "1",
    "data_cleansing_enabled": "true",
    "invalid_char_handling": "SET_TO_NULL",
}


def reading(weather: Weather, **external: object) -> dict[str, Any]:
    return weather.table(
        "reading",
        ("station", "integer"),
        ("value", "numeric(5, 1)"),
        "_surplus",
        **{"location": "s3://weather/reading/", "partitions": [weather.months("2024-01", "2024-02")], **external},
    )


def catalog(
    weather: Weather, *, schemas: tuple[str, ...] = ("weather_external",), tables: bool = True, **changes: object
) -> None:
    """What Redshift tells of the table above, after it was created as declared, but for these changes."""
    table = {
        "location": "s3://weather/reading",
        "input_format": "org.apache.hadoop.mapred.TextInputFormat",
        "serialization_lib": LAZY,
        "serde_parameters": {"field.delim": "|", "serialization.format": "|"},
        "parameters": {**PROPERTIES, "EXTERNAL": "TRUE", "transient_lastDdlTime": "1700000000"},
        "columns": [("station", "int", 0), ("value", "decimal(5,1)", 0), ("_surplus", "varchar(32)", 0)],
        "partition_columns": [("month", "varchar(7)", 1)],
        "partitions": {
            '["2024-01"]': "s3://weather/reading/month=2024-01",
            '["2024-02"]': "s3://weather/reading/month=2024-02/",
        },
        **changes,
    }
    us = "'weather_external', 'reading'"
    row_format, parameters = json.dumps(table["serde_parameters"]), json.dumps(table["parameters"])
    statements = [
        *(f"insert into svv_external_schemas values ('{schema}')" for schema in schemas),
        f"insert into svv_external_tables values ({us}, '{table['location']}', '{table['input_format']}', "
        f"'{table['serialization_lib']}', '{row_format}', '{parameters}')",
    ]
    for number, (name, data_type, part_key) in enumerate(table["columns"] + table["partition_columns"], start=1):
        statements.append(
            f"insert into svv_external_columns values ({us}, '{name}', '{data_type}', {number}, {part_key})"
        )
    for values, location in table["partitions"].items():
        statements.append(f"insert into svv_external_partitions values ({us}, '{values}', '{location[:128]}')")
    weather.rows(weather.CATALOG + ";".join(statements if tables else statements[: len(schemas)]))


def plan(weather: Weather, *arguments: str) -> dict[str, Any]:
    said = weather.dbt("run-operation", "show_redshift_plan", *arguments)
    assert said.success, said.error
    (line,) = said.lines
    return json.loads(line.removeprefix("PLAN "))


def assert_golden(statements: list[str], name: str) -> None:
    assert ";\n\n".join(statements) + ";\n" == (GOLDEN / f"{name}.sql").read_text()


def test_a_new_table(weather: Weather) -> None:
    weather.declare(reading(weather))
    catalog(weather, tables=False)
    planned = plan(weather)
    assert planned["result"] == "created (2 partitions)"
    assert planned["errors"] == []
    assert_golden(planned["statements"], "create_partitioned")


def test_a_new_table_with_parquet(weather: Weather) -> None:
    table = reading(weather, file_format="parquet", partitions=[])
    del table["external"]["row_format"], table["external"]["table_properties"]
    weather.declare(table)
    catalog(weather, tables=False)
    assert_golden(plan(weather)["statements"], "create_parquet")


def test_an_inventory_is_an_ordinary_table_over_its_file(weather: Weather) -> None:
    columns = (("path", "varchar(1024)"), "size_bytes", "modified_at", "version")
    places = {"location": "s3://weather/inventory/", "inventory_of": "s3://weather/raw/"}
    weather.declare(weather.table("file", *columns, **places))
    catalog(weather, tables=False)
    assert_golden(plan(weather)["statements"], "create_inventory")
    weather.declare(weather.table("file", *reversed(columns), **places))
    assert "in this order" in plan(weather)["errors"][0]


def test_unchanged(weather: Weather) -> None:
    weather.declare(reading(weather))
    catalog(weather)
    assert plan(weather) == {"result": "unchanged", "errors": [], "statements": [], "warnings": []}


def test_three_queries_for_any_number_of_tables(weather: Weather) -> None:
    weather.declare(*({**reading(weather), "name": name} for name in ("reading", "b", "c")))
    catalog(weather)
    staged = weather.dbt("run-operation", "show_redshift_plan")
    assert len(staged.lines) == 3
    assert sum('"unchanged"' in line for line in staged.lines) == 1
    # A fourth for the schemas, as two of the tables are new.
    assert staged.catalog_queries == 4


def test_new_and_removed_and_moved_partitions(weather: Weather) -> None:
    weather.declare(reading(weather, partitions=[weather.months("2024-02", "2024-04")], undeclared_partitions="drop"))
    catalog(
        weather,
        partitions={
            '["2024-01"]': "s3://weather/reading/month=2024-01",
            '["2024-02"]': "s3://weather/elsewhere/month=2024-02",
        },
    )
    planned = plan(weather)
    assert planned["result"] == "partitions added 2, moved 1, removed 1"
    assert_golden(planned["statements"], "change_partitions")


def test_partitions_are_added_in_hundreds(weather: Weather) -> None:
    weather.declare(reading(weather, partitions=[weather.months("2000-01", "2020-12")]))
    catalog(weather, partitions={})
    statements = plan(weather)["statements"]
    assert [statement.count(" location ") for statement in statements] == [100, 100, 52]
    assert all(
        statement.startswith('alter table "weather_external"."reading" add if not exists') for statement in statements
    )


def test_a_long_location_is_cut_by_the_catalog_and_still_the_same(weather: Weather) -> None:
    location = f"s3://weather/{'long/' * 30}reading/"
    weather.declare(reading(weather, location=location))
    catalog(
        weather,
        location=location,
        partitions={f'["2024-0{month}"]': f"{location}month=2024-0{month}" for month in (1, 2)},
    )
    assert plan(weather)["result"] == "unchanged"


@pytest.mark.parametrize(
    ("there", "why"),
    [
        ({"columns": [("station", "int", 0), ("value", "decimal(5,1)", 0)]}, "column _surplus added"),
        (
            {"columns": [("station", "bigint", 0), ("value", "decimal(5,1)", 0), ("_surplus", "varchar(32)", 0)]},
            "column station: bigint -> int",
        ),
        ({"partition_columns": [("month", "date", 1)]}, "partition column month: date -> varchar(7)"),
        ({"location": "s3://weather/old"}, "location"),
        ({"serde_parameters": {"field.delim": ";"}}, "row_format"),
        ({"input_format": "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat"}, "file_format; row_format"),
        ({"parameters": {**PROPERTIES, "skip.header.line.count": "2"}}, "table_properties"),
        ({"parameters": {**PROPERTIES, "surplus_char_handling": "FAIL"}}, "table_properties"),
    ],
)
def test_a_changed_table_is_dropped_and_created(weather: Weather, there: dict[str, Any], why: str) -> None:
    weather.declare(reading(weather))
    catalog(weather, **there)
    planned = plan(weather)
    assert planned["result"] == f"recreated ({why})"
    assert_golden(planned["statements"], "recreate")


def test_full_refresh(weather: Weather) -> None:
    weather.declare(reading(weather))
    catalog(weather)
    planned = plan(weather, "--args", "{ext_full_refresh: true}")
    assert planned["result"] == "recreated (full refresh)"
    assert_golden(planned["statements"], "recreate")


def test_a_missing_schema_and_a_location_not_on_s3(weather: Weather) -> None:
    weather.declare(reading(weather, location="lake/reading"))
    catalog(weather, schemas=("other",), tables=False)
    errors = " ".join(plan(weather)["errors"])
    assert "there is no external schema weather_external. Create it once: create external schema" in errors
    assert "reads external tables from s3:// only, and the location is lake/reading/" in errors


OTHERS = {
    '["2024-01"]': "s3://weather/reading/month=2024-01",
    '["2024-02"]': "s3://weather/reading/month=2024-02",
    '["crawled"]': "s3://weather/elsewhere",
}


def test_partitions_that_others_registered_stay_and_are_named(weather: Weather) -> None:
    weather.declare(reading(weather))
    catalog(weather, partitions=OTHERS)
    planned = plan(weather)
    assert (planned["result"], planned["statements"], planned["errors"]) == ("unchanged", [], [])
    (warning,) = planned["warnings"]
    assert "the partitions crawled are registered and not declared. They stay, and are read" in warning
    assert "undeclared_partitions: drop" in warning


@pytest.mark.parametrize("variable", [False, True])
def test_partitions_that_others_registered_are_dropped_if_the_yaml_says_so(weather: Weather, variable: bool) -> None:
    weather.declare(reading(weather, **({} if variable else {"undeclared_partitions": "drop"})))
    catalog(weather, partitions=OTHERS)
    planned = plan(weather, *(("--vars", "{ext_undeclared_partitions: drop}") if variable else ()))
    assert planned["result"] == "partitions removed 1"
    assert planned["statements"] == [
        """alter table "weather_external"."reading" drop partition ("month"='crawled')""",
    ]
    assert planned["warnings"] == []


def test_a_table_that_is_created_again_keeps_the_partitions_of_others(weather: Weather) -> None:
    weather.declare(reading(weather))
    catalog(weather, partitions=OTHERS)
    planned = plan(weather, "--args", "{ext_full_refresh: true}")
    assert planned["result"] == "recreated (full refresh)"
    assert planned["statements"][-1].endswith("""partition ("month"='crawled') location 's3://weather/elsewhere/'""")


@pytest.mark.parametrize(
    "there",
    [
        {"partitions": {**OTHERS, '["crawled"]': "s3://weather/" + "long/" * 30}},
        {"partitions": OTHERS, "partition_columns": [("week", "varchar(7)", 1)]},
    ],
)
def test_a_table_that_would_lose_partitions_of_others_is_not_dropped(weather: Weather, there: dict[str, Any]) -> None:
    weather.declare(reading(weather))
    catalog(weather, **there)
    planned = plan(weather, "--args", "{ext_full_refresh: true}")
    (error,) = planned["errors"]
    assert "would lose the partitions" in error
    assert "crawled" in error
    weather.declare(reading(weather, undeclared_partitions="drop"))
    assert plan(weather, "--args", "{ext_full_refresh: true}")["errors"] == []


def test_values_that_differ_only_by_case_are_two_partitions(weather: Weather) -> None:
    months = {"name": "month", "data_type": "varchar(7)", "vals": ["US", "us", "Us"]}
    weather.declare(reading(weather, partitions=[months]))
    catalog(weather, partitions={'["us"]': "s3://weather/reading/month=us"})
    (added,) = plan(weather)["statements"]
    assert [line.split()[-1] for line in added.split("\n")[1:]] == [
        "'s3://weather/reading/month=US/'",
        "'s3://weather/reading/month=Us/'",
    ]


@pytest.mark.parametrize(
    ("external", "there"),
    [
        ({"table_properties": {**PROPERTIES, "skip.header.line.count": 1}}, {}),
        ({"row_format": "delimited fields terminated by '\\174' lines terminated by '\\n'"}, {}),
        ({"row_format": "delimited"}, {"serde_parameters": {"serialization.format": "1"}}),
        (
            {"row_format": f"serde '{LAZY}' with serdeproperties ('field.delim'='|', 'serialization.format'='|')"},
            {},
        ),
        (
            {
                "file_format": "inputformat 'org.apache.hadoop.mapred.TextInputFormat' "
                "outputformat 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'"
            },
            {},
        ),
        (
            {"file_format": "InputFormat 'com.Weather.In' OutputFormat 'com.Weather.Out'"},
            {"input_format": "com.Weather.In"},
        ),
        ({"location": "s3://weather/list.manifest", "partitions": []},
         {"location": "s3://weather/list.manifest", "partitions": {}, "partition_columns": []}),
    ],
)  # fmt: skip
def test_another_way_to_write_the_same_is_no_change(
    weather: Weather, external: dict[str, Any], there: dict[str, Any]
) -> None:
    weather.declare(reading(weather, **external))
    catalog(weather, **there)
    assert plan(weather)["result"] == "unchanged"


def test_the_names_of_java_classes_are_kept(weather: Weather) -> None:
    weather.declare(reading(weather, file_format="inputformat 'com.Weather.In' outputformat 'com.Weather.Out'"))
    catalog(weather, tables=False)
    assert "\nstored as inputformat 'com.Weather.In' outputformat 'com.Weather.Out'\n" in plan(weather)["statements"][0]


def test_a_database_that_is_not_the_one_connected_to(weather: Weather) -> None:
    weather.declare(reading(weather))
    sources = weather.root / "models" / "_sources.yml"
    sources.write_text(sources.read_text().replace("- name: raw", "- name: raw\n  database: analytics"))
    catalog(weather, tables=False)
    (error,) = plan(weather)["errors"]
    assert "its database is analytics, and Redshift makes external tables in the one" in error


@pytest.mark.soak
def test_the_work_grows_with_the_number_of_partitions_and_no_faster(weather: Weather) -> None:
    """Counted in calls of functions, which are the same each time, as seconds are not."""

    def calls(partitions: int) -> int:
        vals = [f"v{number}" for number in range(partitions)]
        weather.warehouse.unlink(missing_ok=True)
        weather.declare(reading(weather, partitions=[{"name": "month", "data_type": "varchar(7)", "vals": vals}]))
        catalog(weather, partitions={f'["{val}"]': f"s3://weather/reading/month={val}" for val in vals})
        weather.dbt("parse")
        profile = cProfile.Profile()
        profile.enable()
        planned = plan(weather)
        profile.disable()
        assert planned["result"] == "unchanged"
        return pstats.Stats(profile).total_calls

    few, more, most = calls(1), calls(400), calls(800)
    assert most - few < 2.2 * (more - few)


def test_each_statement_first_closes_a_transaction(weather: Weather) -> None:
    plans = [
        {"table": {"name": f"raw.{name}"}, "result": "created", "statements": [f"create table {name} (i int)"]}
        for name in ("one", "two")
    ]
    arguments = json.dumps({"plans": plans})
    ran = weather.dbt("run-operation", "external_tables.redshift__run_external_statements", "--args", arguments)
    assert [sql.partition("*/")[2].split() for sql in ran.ddl] == [
        ["begin;", "commit;", "create", "table", name, "(i", "int)"] for name in ("one", "two")
    ]


@pytest.mark.parametrize("target", ["duckdb", "redshift"])
def test_the_yaml_parses_without_deprecations(weather: Weather, target: str) -> None:
    weather.declare(reading(weather, check_header=False))
    parsed = weather.dbt(
        "--warn-error-options", '{"error": ["Deprecations"]}', "parse", "--no-partial-parse", "--target", target
    )
    assert parsed.success, parsed.error
