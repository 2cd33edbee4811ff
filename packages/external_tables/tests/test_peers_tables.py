"""The five tables on which dbt_external_tables tests Redshift, declared in its YAML but for the location, on DuckDB.

Options and names of macros are those of its integration_tests (redshift_external.yml, 0.8.0); it is not installed
here. The people are made up.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from conftest import Staged, Weather

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
      - name: people_csv_multipartitioned
        external:
          <<: *csv
          location: "lake/people/"
          partitions:
            - name: file_format
              data_type: varchar
              vals: ['csv', 'json']
              path_macro: dbt_external_tables.value_only
            - name: section
              data_type: varchar
              vals: ['a','b','c','d']
              path_macro: dbt_external_tables.key_value
            - name: some_date
              data_type: date
              vals:
                macro: dbt.dates_in_range
                args:
                  start_date_str: '2020-01-01'
                  end_date_str: '2020-02-01'
                  in_fmt: "%Y-%m-%d"
                  out_fmt: "%Y-%m-%d"
              path_macro: dbt_external_tables.year_month_day
            - name: file_name
              data_type: varchar
              vals: ['people', 'not_people']
              path_macro: dbt_external_tables.value_only
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


def stage(weather: Weather) -> Staged:
    """One of the tables has 512 partitions and no file in any of them, which has to be allowed."""
    staged = weather.stage("--vars", "{ext_allow_empty: true}")
    assert staged.success, staged.error
    return staged


def test_all_five_are_read(people: Weather) -> None:
    stage(people)
    every_row = [row for rows in PEOPLE.values() for row in rows]
    with_section = [(*row, section) for section, rows in PEOPLE.items() for row in rows]
    tables = {
        "people_csv_unpartitioned": every_row,
        "people_csv_partitioned": with_section,
        "people_csv_multipartitioned": [],
        "people_json_unpartitioned": every_row,
        "people_json_partitioned": with_section,
    }
    read = {
        name: people.rows(f'select * exclude ("$path") from weather_spectrum.{name} order by id') for name in tables
    }
    assert read == tables


def test_a_file_in_one_of_the_many_partitions_is_read_with_its_values(people: Weather) -> None:
    stage(people)
    row = ",".join(map(csv, PEOPLE["a"][0]))
    people.put("people/csv/section=b/2020/01/31/not_people/p.csv", f"{','.join(NAMES)}\n{row}\n")
    assert stage(people).line("redshift_external.people_csv_multipartitioned").startswith("partitions added 1")
    values = "id, file_format, section, cast(some_date as varchar), file_name"
    assert people.rows(f"select {values} from weather_spectrum.people_csv_multipartitioned") == [
        (1, "csv", "b", "2020-01-31", "not_people")
    ]


def test_a_table_without_files_is_an_error_unless_it_is_allowed(people: Weather) -> None:
    error = people.stage().error
    assert "people_csv_multipartitioned (models/_sources.yml): none of the 512 declared partitions has a file" in error
    sources = yaml.safe_load(SOURCES)
    sources["sources"][0]["tables"][2]["external"]["allow_empty"] = True
    (people.root / "models" / "_sources.yml").write_text(yaml.safe_dump(sources))
    staged = people.stage()
    assert staged.success, staged.error
