"""Measure what staging a table of many partitions on DuckDB costs: CPU seconds and peak memory of one dbt process each.

From the directory of the repository::

    python packages/external_tables/tests/measure_partitions.py --partitions 10000

A file of one line in each partition, in folders ``name=value`` and in folders of other names. Own seconds are those of
user and system above the same command with a table of one partition. No other program's load counts in them.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).parent
FOLDERS = {"name=value": "external_tables.key_value", "other": "external_tables.value_only"}
COUNT = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("set enable_progress_bar = false")
print(connection.execute("select count(station) from weather_external.reading" + sys.argv[2]).fetchone()[0])
"""


class Cost(NamedTuple):
    """What one process took."""

    cpu_seconds: float
    wall_seconds: float
    peak_mb: float
    said: str


def measured(*command: str, directory: Path) -> Cost:
    """Run a command and return what it took; end with what it said if it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    with tempfile.TemporaryFile("w+") as output:
        started_at = time.monotonic()
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started_at
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read()
    if process.returncode:
        sys.exit(f"{' '.join(command[:4])}: {said}")
    return Cost(usage.ru_utime + usage.ru_stime, seconds, usage.ru_maxrss / 1024, said)


def dbt(*arguments: str, directory: Path) -> Cost:
    """Run dbt in a process of its own."""
    return measured(sys.executable, "-m", "dbt.cli.main", *arguments, directory=directory)


def lay_out(root: Path, partitions: int, path_macro: str) -> None:
    """Write a project with one table, and its files."""
    shutil.copytree(HERE / "project", root)
    (root / "dbt_packages").mkdir()
    (root / "dbt_packages" / "external_tables").symlink_to(HERE.parent)
    (root / "models").mkdir()
    values = [f"v{number:06}" for number in range(partitions)]
    for value in values:
        folder = root / "lake" / (f"key={value}" if path_macro == FOLDERS["name=value"] else value)
        folder.mkdir(parents=True)
        (folder / "r.txt").write_text("station|value\n1|3.5\n")
    external: dict[str, Any] = {
        "location": "lake/",
        "row_format": "delimited fields terminated by '|'",
        "table_properties": {"skip.header.line.count": "1"},
        "partitions": [{"name": "key", "data_type": "varchar(16)", "vals": values, "path_macro": path_macro}],
    }
    columns = [{"name": name, "data_type": "varchar(32)"} for name in ("station", "value")]
    source = {
        "name": "raw",
        "schema": "weather_external",
        "tables": [{"name": "reading", "external": external, "columns": columns}],
    }
    (root / "models" / "_sources.yml").write_text(yaml.safe_dump({"sources": [source]}))


def measure(partitions: int, path_macro: str) -> dict[str, Cost]:
    """Return what each command takes; dbt has parsed the project before."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "project"
        lay_out(root, partitions, path_macro)
        dbt("parse", directory=root)
        costs = {
            "first staging": dbt("run-operation", "stage_external_sources", directory=root),
            "unchanged": dbt("run-operation", "stage_external_sources", directory=root),
        }
        if not re.search(r"raw\.reading +unchanged", costs["unchanged"].said):
            sys.exit(f"The second staging changed something: {costs['unchanged'].said}")
        for words, condition, expected in (("count", "", partitions), ("count of one", " where key = 'v000000'", 1)):
            cost = measured(sys.executable, "-c", COUNT, str(root / "weather.duckdb"), condition, directory=root)
            if int(cost.said) != expected:
                sys.exit(f"The {words} is {cost.said}, and should be {expected}.")
            costs[words] = cost
        return costs


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.partition("\n\n")[0], epilog="It writes into a temporary folder, and takes some minutes."
    )
    parser.add_argument("--partitions", type=int, default=10_000, help="partitions of the table (default: %(default)s)")
    parser.add_argument("--folders", choices=FOLDERS, nargs="+", default=list(FOLDERS), help="their kinds")
    arguments = parser.parse_args()

    print(f"{arguments.partitions} partitions")
    print(f"{'folders':<12}{'command':<16}{'own CPU s':>10}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}{'own MB':>8}")
    for folders in arguments.folders:
        few = measure(1, FOLDERS[folders])
        many = measure(arguments.partitions, FOLDERS[folders])
        for command, cost in many.items():
            own = cost.cpu_seconds - few[command].cpu_seconds
            print(
                f"{folders:<12}{command:<16}{own:>10.1f}{cost.cpu_seconds:>8.1f}"
                f"{cost.wall_seconds:>8.1f}{cost.peak_mb:>9.0f}{cost.peak_mb - few[command].peak_mb:>8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
