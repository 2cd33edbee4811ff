"""Tables on which dbt_external_tables tests Redshift, declared in its YAML but for the location, on DuckDB.

Options and names of macros are those of its integration_tests (redshift_external.yml, 0.8.0); it is not installed
here. The people are made up. The fifth table, whose partitions have no file, is among the tests of the rehearsal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Weather

PEOPLE = {
    "a": [(1, "Ada", "Lovelace", "ada@example.org"), (2, "Blaise", "Pascal", "blaise@example.org")],
    "b": [(3, "Chien-Shiung", "Wu", "wu@example.org")],
    "c": [(4, "Émilie", "du Châtelet", "emilie@example.org"), (5, "Flora", "O'Neill, Jr.", "flora@example.org")],
    "d": [(6, "Grace", "Hopper", "grace@example.org")],
}
NAMES = ("id", "first_name", "last_name", "email")
SOURCES = """
sources:
  - name: redshift_external
    schema: "{{ target.schema }}_spectrum"
    loader: S3
    tables:
      - name: people_csv_unpartitioned
        external: &csv
          location: "lake/people/csv/"
          row_format: serde 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
          table_properties: "('skip.header.line.count'='1')"
        columns: &columns
          - {name: id, data_type: int}
          - {name: first_name, data_type: varchar(64)}
          - {name: last_name, data_type: varchar(64)}
          - {name: email, data_type: varchar(64)}
      - name: people_csv_partitioned
        external:
          <<: *csv
          partitions: &sections
            - name: section
              data_type: varchar
              vals: ['a','b','c','d']
              path_macro: dbt_external_tables.key_value
        columns: *columns
      - name: people_json_unpartitioned
        external: &json
          location: "lake/people/json/"
          row_format: "serde 'org.openx.data.jsonserde.JsonSerDe'
            with serdeproperties (
                'strip.outer.array'='false'
            )"
        columns: *columns
      - name: people_json_partitioned
        external:
          <<: *json
          partitions: *sections
        columns: *columns
"""


def csv(value: str | int) -> str:
    return f'"{value}"' if "," in str(value) else str(value)


@pytest.fixture
def people(weather: Weather) -> Weather:
    for section, rows in PEOPLE.items():
        lines = [",".join(NAMES), *(",".join(csv(value) for value in row) for row in rows)]
        weather.put(f"people/csv/section={section}/people_{section}.csv", "\n".join(lines) + "\n")
        objects = [json.dumps(dict(zip(NAMES, row, strict=True))) for row in rows]
        weather.put(f"people/json/section={section}/people_{section}.json", "\n".join(objects) + "\n")
    (weather.root / "models" / "_sources.yml").write_text(SOURCES)
    return weather


def test_all_are_read(people: Weather) -> None:
    staged = people.stage()
    assert staged.success, staged.error
    every_row = [row for rows in PEOPLE.values() for row in rows]
    with_section = [(*row, section) for section, rows in PEOPLE.items() for row in rows]
    tables = {
        "people_csv_unpartitioned": every_row,
        "people_csv_partitioned": with_section,
        "people_json_unpartitioned": every_row,
        "people_json_partitioned": with_section,
    }
    read = {
        name: people.rows(f'select * exclude ("$path") from weather_spectrum.{name} order by id') for name in tables
    }
    assert read == tables
