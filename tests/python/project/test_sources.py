"""The sources that dbt declares are the raw zone that scripts/lake writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.lake.inventory import as_text, files_in_folder
from scripts.lake.layout import DELIMITER, RAW_ZONE, SURPLUS, TABLES
from tests.python.conftest import Warehouse
from tests.python.project.manifest import own

# A row of it is a file of the raw zone.
INVENTORY = "file"


def _source(manifest: dict[str, Any], table: str) -> dict[str, Any]:
    return next(source for source in own(manifest, "sources") if source["name"] == table)


def test_sources_are_the_tables_of_the_raw_zone_and_its_inventory(ci_manifest: dict[str, Any]) -> None:
    assert sorted(source["name"] for source in own(ci_manifest, "sources")) == sorted([*TABLES, INVENTORY])


def test_the_inventory_is_the_same_on_both_engines(warehouse: Warehouse, lake: Path) -> None:
    # Redshift reads as text what scripts/lake/inventory.py writes; DuckDB has what staging listed.
    written = [tuple(line.split(DELIMITER)) for line in as_text(files_in_folder(lake)).splitlines()]
    with warehouse.connect() as connection:
        listed = connection.execute(
            "select path, size_bytes, modified_at, version from tickit_external.file"
        ).fetchall()
    assert written[0] == ("path", "size_bytes", "modified_at", "version")
    assert sorted(listed) == sorted(written[1:])
    assert len(listed) > len(TABLES)


def test_the_inventory_names_files_as_the_base_models_do(warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        listed = connection.execute("select path from tickit_external.file where path like '%/sale/%'").fetchall()
        read = connection.execute("select distinct source_file from tickit_staging.base_tickit__sales").fetchall()
    assert set(read) == set(listed)


def test_the_inventory_is_of_the_raw_zone(ci_manifest: dict[str, Any], ci_env: dict[str, str]) -> None:
    external = _source(ci_manifest, INVENTORY)["external"]
    assert external["inventory_of"] == f"{ci_env['TICKIT_LAKE']}/{RAW_ZONE}/"
    # Beside the raw zone, not in it: it is no file of its own list.
    assert external["location"] == f"{ci_env['TICKIT_LAKE']}/inventory/"


def test_each_delivered_table_has_limits_of_its_age(ci_manifest: dict[str, Any]) -> None:
    def days(table: str) -> tuple[int, int] | None:
        limits = _source(ci_manifest, table)["freshness"]
        if not limits or not limits["warn_after"]["count"]:
            return None
        assert {limits[when]["period"] for when in ("warn_after", "error_after")} == {"day"}
        return limits["warn_after"]["count"], limits["error_after"]["count"]

    assert {table: days(table) for table in [*TABLES, INVENTORY]} == {
        table: (35, 65) if layout.partition else (375, 400) for table, layout in TABLES.items()
    } | {INVENTORY: None}


@pytest.mark.parametrize("table", TABLES)
def test_source_has_the_columns_of_the_file_in_its_order(ci_manifest: dict[str, Any], table: str) -> None:
    assert list(_source(ci_manifest, table)["columns"]) == [*TABLES[table].columns, SURPLUS]


@pytest.mark.parametrize("table", TABLES)
def test_source_reads_text_only(ci_manifest: dict[str, Any], table: str) -> None:
    types = {column["data_type"] for column in _source(ci_manifest, table)["columns"].values()}
    assert types == {"varchar(256)"}


@pytest.mark.parametrize("table", TABLES)
def test_source_has_the_partitions_of_the_table(ci_manifest: dict[str, Any], table: str) -> None:
    declared = [partition["name"] for partition in _source(ci_manifest, table)["external"]["partitions"] or []]
    partition = TABLES[table].partition
    assert declared == ([partition.name] if partition else [])


@pytest.mark.parametrize("table", TABLES)
def test_source_reads_the_table_s_folder_in_its_format(
    ci_manifest: dict[str, Any], ci_env: dict[str, str], table: str
) -> None:
    external = _source(ci_manifest, table)["external"]
    assert external["location"] == f"{ci_env['TICKIT_LAKE']}/{RAW_ZONE}/{table}/"
    assert external["row_format"] == f"delimited fields terminated by '{DELIMITER}'"
    assert "'skip.header.line.count'='1'" in external["table_properties"]
