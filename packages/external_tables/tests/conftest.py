"""A small dbt project about weather stations, staged in this process against a DuckDB file of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt_common.tests import enable_test_caching

HERE = Path(__file__).parent
# Half of a parse is dbt's own macros, which are the same in each.
enable_test_caching()
DELIMITED = {
    "row_format": "delimited fields terminated by '|'",
    "table_properties": (
        "('skip.header.line.count'='1', 'data_cleansing_enabled'='true', 'invalid_char_handling'='SET_TO_NULL')"
    ),
}


@dataclass
class Staged:
    """What one run of dbt said and did."""

    success: bool
    error: str
    lines: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    ddl: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    opened_files: bool = False
    catalog_queries: int = 0

    def line(self, table: str) -> str:
        """The line of the summary about one table, without its name."""
        (line,) = (line for line in self.lines if line.startswith(f"{table} "))
        return line.removeprefix(table).strip()


class Weather:
    """The project, its lake and its warehouse."""

    # The views of Redshift's catalog that staging asks.
    CATALOG = """
        create table svv_external_schemas (schemaname text);
        create table svv_external_tables (
            schemaname text, tablename text, location text, input_format text, serialization_lib text,
            serde_parameters text, parameters text
        );
        create table svv_external_columns (
            schemaname text, tablename text, columnname text, external_type text, columnnum integer, part_key integer
        );
        create table svv_external_partitions (schemaname text, tablename text, "values" text, location text);
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.lake = root / "lake"
        self.warehouse = root / "weather.duckdb"

    def reset(self) -> None:
        shutil.rmtree(self.lake, ignore_errors=True)
        self.warehouse.unlink(missing_ok=True)
        self.lake.mkdir()

    def put(self, path: str, content: str | bytes) -> Path:
        file = self.lake / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    @staticmethod
    def table(name: str, *columns: str | tuple[str, str], **external: object) -> dict[str, Any]:
        """A source table: delimited text under lake/<name>/, columns of varchar(32) unless said otherwise."""
        typed = [(column, "varchar(32)") if isinstance(column, str) else column for column in columns]
        return {
            "name": name,
            "external": {"location": f"lake/{name}/", **DELIMITED, **external},
            "columns": [{"name": column, "data_type": data_type} for column, data_type in typed],
        }

    @staticmethod
    def months(start: str, end: str) -> dict[str, Any]:
        """A partition column by month, in folders month=YYYY-MM."""
        return {
            "name": "month",
            "data_type": "varchar(7)",
            "vals": {"macro": "external_tables.months_in_range", "args": {"start": start, "end": end}},
            "path_macro": "external_tables.key_value",
        }

    def declare(self, *tables: dict[str, Any]) -> None:
        """Write the YAML: all tables in one source called raw."""
        source = {"name": "raw", "schema": "weather_external", "tables": list(tables)}
        (self.root / "models" / "_sources.yml").write_text(yaml.safe_dump({"sources": [source]}))

    def dbt(self, *arguments: str) -> Staged:
        events: list[Any] = []
        back = Path.cwd()
        os.chdir(self.root)
        try:
            result = dbtRunner(callbacks=[events.append]).invoke([*arguments])
        finally:
            os.chdir(back)
            # dbt-duckdb keeps the database open in this process, also when its file is gone.
            DuckDBConnectionManager.close_all_connections()
        said = [event for event in events if event.info.name in ("JinjaLogInfo", "JinjaLogWarning")]
        statements = [event.data.sql for event in events if event.info.name == "SQLQuery"]
        return Staged(
            success=result.success,
            error=str(result.exception or "")
            + "".join(event.info.msg for event in events if event.info.name == "RunningOperationCaughtError"),
            lines=[event.info.msg for event in said if event.info.level == "info"],
            warnings=[event.info.msg for event in said if event.info.level == "warn"],
            queries=statements,
            opened_files=any("decode(content)" in sql for sql in statements),
            catalog_queries=sum("from svv_external" in sql for sql in statements),
            # But for the list of files, which is there for this run alone.
            ddl=[
                sql
                for sql in statements
                if any(word in sql for word in ("create ", "drop ", "comment on"))
                and "create or replace temp" not in sql
            ],
        )

    def stage(self, *arguments: str) -> Staged:
        return self.dbt("run-operation", "stage_external_sources", *arguments)

    def rows(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse)) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Weather:
    root = tmp_path_factory.mktemp("weather")
    shutil.copytree(HERE / "project", root, dirs_exist_ok=True)
    # What `dbt deps` does with a local package.
    (root / "dbt_packages").mkdir()
    (root / "dbt_packages" / "external_tables").symlink_to(HERE.parent)
    (root / "models").mkdir()
    return Weather(root)


@pytest.fixture
def weather(project: Weather, monkeypatch: pytest.MonkeyPatch) -> Iterator[Weather]:
    # dbt runs in this process: what the project around us, or a shell, tells its own dbt is not for this one.
    for name in [name for name in os.environ if name.startswith("DBT_")]:
        monkeypatch.delenv(name)
    # Events are looked at, not logs or artifacts, which take as long as the staging itself.
    for name, value in {"LOG_LEVEL": "none", "LOG_LEVEL_FILE": "none", "WRITE_JSON": "false"}.items():
        monkeypatch.setenv(f"DBT_{name}", value)
    project.reset()
    yield project
