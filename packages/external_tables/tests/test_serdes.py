"""OpenCSVSerde and JsonSerDe are read as their pages say, and what these leave open is an error at staging."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from conftest import Weather

CSV = "serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"
JSON = "serde 'org.openx.data.jsonserde.JsonSerDe'"
HCATALOG = "serde 'org.apache.hive.hcatalog.data.JsonSerDe'"
HEADER = "('skip.header.line.count'='1')"
STATION = (("id", "int"), ("name", "varchar(64)"))


def table(weather: Weather, name: str, row_format: str, *columns: str | tuple, **external: object) -> dict:
    """A table of such files, without properties unless they are given."""
    return weather.table(name, *(columns or STATION), **{"row_format": row_format, "table_properties": "", **external})


def test_csv_is_read_by_position_with_quotes_taken_off(weather: Weather) -> None:
    lines = {
        "1,Bern": (1, "Bern"),
        '2,"Bern, Zurich"': (2, "Bern, Zurich"),
        '3,"a ""quoted"" name"': (3, 'a "quoted" name'),
        '4,"an \\"escaped\\" name"': (4, 'an "escaped" name'),
        '5,"back \\\\ slash"': (5, "back \\ slash"),
        "6,": (6, ""),
        '7,""': (7, ""),
        "8": (8, None),
        "9,a,more": (9, "a"),
        '"10", blanks ': (10, " blanks "),
        ",no number": (None, "no number"),
        '"","x"': (None, "x"),
        "11,é '": (11, "é '"),
        '12,""""': (12, '"'),
        "x,not a number": (None, "not a number"),
    }
    # Without quotes, one for each line, so that they keep their order.
    for number, line in enumerate(lines):
        weather.put(f"station/{number:02}.csv", f'"id",name\n{line}\n')
    weather.put("station/empty.csv", "")
    weather.put("station/header.csv", "id,name\n")
    weather.declare(table(weather, "station", CSV, table_properties=HEADER))
    staged = weather.stage()
    assert staged.success, staged.error
    rows = weather.rows('select id, name from weather_external.station order by "$path"')
    assert dict(zip(lines, rows, strict=True)) == lines
    assert weather.stage().line("raw.station") == "unchanged"


def test_csv_takes_other_characters_and_line_ends_in_quotes(weather: Weather) -> None:
    other = f"{CSV} with serdeproperties ('separatorChar'='|', 'quoteChar'='`', 'escapeChar'='^')"
    whole = f"{CSV} with serdeproperties ('wholeFile'='true')"
    weather.put("other/s.csv", '1|`a|b`\n2|`a^`b^^`\n3|"a"\n')
    weather.put("whole/s.csv", 'id,name\n1,"first\nsecond, ""third"""\n\n2,b\n3,"\n"')
    weather.declare(table(weather, "other", other), table(weather, "whole", whole, table_properties=HEADER))
    staged = weather.stage()
    assert staged.success, staged.error
    assert weather.rows("select id, name from weather_external.other order by id") == [
        (1, "a|b"),
        (2, "a`b^"),
        (3, '"a"'),
    ]
    assert weather.rows("select id, name from weather_external.whole order by id") == [
        (1, 'first\nsecond, "third"'),
        (2, "b"),
        (3, "\n"),
    ]


def test_csv_of_which_no_page_says_what_it_means_is_an_error(weather: Weather) -> None:
    files = {
        "open": (b'1,a\n2,"b\n', "record 2 has a quote or an escape"),
        "inside": (b'1,a"b"\n', "record 1 has a quote or an escape"),
        "after": (b'1,"a"b\n', "record 1 has a quote or an escape"),
        "blank": (b'1, "a"\n', "record 1 has a quote or an escape"),
        "escape": (b"1,a\\b\n", "record 1 has a quote or an escape"),
        "null": (b"1,\\N\n", "record 1 has a quote or an escape"),
        "cr": (b"1,a\r\n", "has carriage returns"),
        "latin": (b"1,\xe9\n", "is not valid UTF-8"),
        "zero": (b"1,a\0\n", "is not valid UTF-8"),
        "bom": (b"\xef\xbb\xbf1,a\n", "begins with a byte order mark"),
    }
    for name, (content, _) in files.items():
        weather.put(f"{name}/s.csv", content)
    weather.declare(*(table(weather, name, CSV) for name in files))
    error = weather.stage().error
    assert f"{len(files)} problems" in error
    for name, (_, said) in files.items():
        assert f"{name}/s.csv: {said}" in error
    weather.put("open/s.csv", b'1,a\n2,"b\n')
    weather.put("header/s.csv", "id,town\n1,a\n")
    weather.declare(
        table(weather, "open", f"{CSV} with serdeproperties ('wholeFile'='true')"),
        table(weather, "header", CSV, table_properties=HEADER),
    )
    error = weather.stage().error
    assert "open/s.csv: a record has a quote" in error
    assert "header/s.csv: the file calls town what the YAML calls name" in error


OBJECTS = [
    {"id": 1, "name": "Bern"},
    {"id": None, "name": None},
    {"name": "key lacks"},
    {"ID": 4, "Name": "upper case"},
    {"id": 5, "name": 'quote " brace } { comma ,\\ é \u2028', "more": {"id": 6, "list": [1, {"id": 7}]}},
    {"id": "8", "name": 8},
    {"id": "x", "name": True},
    {},
]
EXPECTED = [
    (1, "Bern"),
    (None, None),
    (None, "key lacks"),
    (4, "upper case"),
    (5, 'quote " brace } { comma ,\\ é \u2028'),
    (8, "8"),
    (None, "true"),
    (None, None),
]


@pytest.mark.parametrize("row_format", [JSON, HCATALOG], ids=["openx", "hcatalog"])
def test_json_is_read_by_key(weather: Weather, row_format: str) -> None:
    for number, (item, _) in enumerate(zip(OBJECTS, EXPECTED, strict=True)):
        weather.put(f"lines/{number}.json", json.dumps(item) + "\n")
        weather.put(f"pretty/{number}.json", json.dumps(item, indent=4, ensure_ascii=False))
    weather.put("lines/all.json", "\n".join(map(json.dumps, OBJECTS)))
    weather.put("pretty/all.json", "\n\n".join(json.dumps(item, indent=2) for item in OBJECTS))
    weather.put("lines/empty.json", "")
    weather.put("lines/blank.json", "\n \n")
    weather.declare(table(weather, "lines", row_format), table(weather, "pretty", row_format))
    staged = weather.stage()
    assert staged.success, staged.error
    for name in ("lines", "pretty"):
        rows = weather.rows(f'select id, name from weather_external.{name} order by "$path"')
        assert rows[: len(EXPECTED)] == EXPECTED
        assert rows[len(EXPECTED) :] == EXPECTED
    assert {line.split()[1] for line in weather.stage().lines[:2]} == {"unchanged"}


def test_json_heeds_its_properties(weather: Weather) -> None:
    weather.put("arrays/s.json", json.dumps([{"id": 1, "name": "a"}, {"id": 2}]))
    weather.put("mapped/s.json", '{"Station": 1, "the.name": "a"}\n')
    weather.put("cased/s.json", '{"ID": 1, "id": 2, "name": "a", "Name": "b"}\n')
    weather.put("odd/s.json", '{"a/b~c": "x", "a\'b": "y", "t": "2024-01-31T10:11:12Z", "u": "2024-01-31 10:11:12"}\n')
    mapping = "'mapping.id'='station', 'mapping.name'='the_name', 'dots.in.keys'='true'"
    odd = "'mapping.a'='a/b~c', 'mapping.b'='a''b'"
    weather.declare(
        table(weather, "arrays", f"{JSON} with serdeproperties ('strip.outer.array'='true')"),
        table(weather, "mapped", f"{JSON} with serdeproperties ({mapping})"),
        table(weather, "cased", f"{JSON} with serdeproperties ('case.insensitive'='false')"),
        table(weather, "odd", f"{JSON} with serdeproperties ({odd})", "a", "b", ("t", "timestamp"), ("u", "timestamp")),
    )
    staged = weather.stage()
    assert staged.success, staged.error
    assert weather.rows("select id, name from weather_external.arrays order by id") == [(1, "a"), (2, None)]
    assert weather.rows("select id, name from weather_external.mapped") == [(1, "a")]
    assert weather.rows("select id, name from weather_external.cased") == [(2, "a")]
    assert weather.rows("select a, b, t::varchar, u from weather_external.odd") == [
        ("x", "y", "2024-01-31 10:11:12", None)
    ]


def test_json_of_which_no_page_says_what_it_means_is_an_error(weather: Weather) -> None:
    files = {
        "broken": ('{"id": 1}\n{"id": 2, "name": secret}\n', "is not well-formed JSON"),
        "open": ('{"id": 1, "name": "a}\n', "is not well-formed JSON"),
        "cut": ('{"id": 1}\n{"id": 2, "na', "is not well-formed JSON"),
        "array": ('[{"id": 1}]', "one array of them needs 'strip.outer.array'='true'"),
        "number": ("1\n2\n", "is not well-formed JSON"),
        "twice": ('{"id": 1, "ID": 2}', "has an object with one key twice (1 of its objects)"),
        "nested": ('{"id": 1, "name": {"a": 1}}', "has a value of column name that cannot be read as varchar(64)"),
        "list": ('{"id": 1, "name": [1]}', "has a value of column name that cannot be read as varchar(64)"),
        "point": ('{"id": 1, "name": 1.50}', "has a value of column name that cannot be read as varchar(64)"),
        "double": ('{"id": 2.7}', "has a value of column id that cannot be read as int"),
        "latin": (b'{"name": "\xe9"}', "is not valid UTF-8"),
        "bom": (b'\xef\xbb\xbf{"id": 1}', "begins with a byte order mark"),
    }
    for name, (content, _) in files.items():
        weather.put(f"{name}/s.json", content)
    weather.declare(*(table(weather, name, JSON) for name in files))
    error = weather.stage().error
    assert f"{len(files)} problems" in error
    for name, (_, said) in files.items():
        assert f"{name}/s.json: " in error
        assert said in error
    assert "secret" not in error


def test_what_a_serde_does_not_heed_on_duckdb_is_an_error(weather: Weather) -> None:
    unheeded = {
        f"{JSON} with serdeproperties ('ignore.malformed.json'='true')": "'ignore.malformed.json'='true' is not",
        f"{JSON} with serdeproperties ('strip.outer.array'='yes')": "'strip.outer.array'='yes' is not supported",
        f"{JSON} with serdeproperties ('timestamp.formats'='x')": "the property timestamp.formats is not supported",
        f"{CSV} with serdeproperties ('separatorChar'='||')": "separatorChar is not one character",
        f"{CSV} with serdeproperties ('field.delim'='|')": "the property field.delim is not supported",
        "serde 'org.apache.hadoop.hive.serde2.RegexSerDe' with serdeproperties ('input.regex'='x')": "RegexSerDe'",
        "serde 'com.amazonaws.glue.serde.GrokSerDe'": "GrokSerDe' is not supported on DuckDB",
        "serde 'com.amazon.ionhiveserde.IonHiveSerDe'": "IonHiveSerDe' is not supported on DuckDB",
    }
    tables = []
    for number, row_format in enumerate(unheeded):
        weather.put(f"t{number}/s.txt", "1\n")
        tables.append(table(weather, f"t{number}", row_format))
    weather.put("null/s.txt", "1\n")
    tables.append(table(weather, "null", CSV, table_properties="('serialization.null.format'='x')"))
    weather.put("lines/s.txt", "{}\n")
    tables.append(table(weather, "lines", JSON, table_properties=HEADER))
    weather.declare(*tables)
    error = weather.stage().error
    for said in unheeded.values():
        assert said in error
    assert "'serialization.null.format' is not supported on DuckDB" in error
    assert "'skip.header.line.count' is not supported on DuckDB" in error


def test_partitions_of_csv_and_json_have_their_values(weather: Weather) -> None:
    for section in ("a", "b"):
        weather.put(f"station/section={section}/s.csv", f"id,name\n1,{section}\n")
        weather.put(f"town/section={section}/s.json", f'{{\n  "id": 1,\n  "name": "{section}"\n}}\n')
    column = {"name": "section", "data_type": "varchar", "vals": ["a", "b", "c"]}
    weather.declare(
        table(weather, "station", CSV, table_properties=HEADER, partitions=[column]),
        table(weather, "town", JSON, partitions=[column]),
    )
    staged = weather.stage()
    assert staged.success, staged.error
    for name in ("station", "town"):
        assert weather.rows(f"select id, name, section from weather_external.{name} order by 3") == [
            (1, "a", "a"),
            (1, "b", "b"),
        ]


def test_what_comes_after_staging_and_cannot_be_read_fails_the_query(weather: Weather) -> None:
    weather.put("station/s.csv", "1,a\n")
    weather.put("town/t.json", '{"id": 1, "name": "a"}\n')
    weather.declare(table(weather, "station", CSV), table(weather, "town", JSON))
    assert weather.stage().success
    weather.put("station/later.csv", '2,"secret\n')
    weather.put("town/later.json", '{"id": 2, "name": {"a": "secret"}}\n')
    for name in ("station", "town"):
        with pytest.raises(duckdb.Error, match="stage again") as error:
            weather.rows(f"select * from weather_external.{name}")
        assert "secret" not in str(error.value)
