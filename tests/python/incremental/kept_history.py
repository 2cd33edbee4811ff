"""A small lake, the history that is kept of it, and how tests send its files again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from scripts.lake.layout import DELIMITER, TABLES
from tests.python.incremental.forked_dbt import ForkedDbt

# Snapshot -> what it is the history of, and its columns.
SNAPSHOTS = {
    "users_snapshot": ("stg_tickit__users", "user_id, city, state_code, likes_sports, likes_musicals"),
    "venues_snapshot": ("stg_tickit__venues", "venue_id, venue_name, city, state_code, seat_count"),
    "listing_prices_snapshot": (
        "stg_tickit__listings",
        "listing_id, ticket_count, price_per_ticket, total_price",
    ),
}
KEEP = ("build", "--select", *(f"+{name}" for name in SNAPSHOTS), "--exclude-resource-type", "test", "unit_test")
TEST = ("test", "--select", "path:snapshots+")
STAGE = ("run-operation", "stage_external_sources")


@dataclass
class Kept:
    """A lake with January to March and the history that is kept of it."""

    lake: Path
    dbt: ForkedDbt

    def query(self, sql: str) -> list[tuple]:
        """Ask the warehouse."""
        with duckdb.connect(str(self.dbt.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def history(self, snapshot: str, columns: str, key: int) -> list[tuple]:
        """Return the rows of one key, the oldest first."""
        key_column = SNAPSHOTS[snapshot][1].partition(",")[0]
        return self.query(
            f"select {columns} from tickit_snapshots.{snapshot} where {key_column} = {key} order by dbt_valid_from"
        )

    def all_rows(self) -> dict[str, list[tuple]]:
        """Return each snapshot, less the notes of what it was compared with."""
        rows = "select * exclude (delivery_version, lake) from tickit_snapshots.{} order by all"
        return {name: self.query(rows.format(name)) for name in SNAPSHOTS}

    def row_counts(self) -> list[int]:
        """Return the rows of each snapshot."""
        return [self.query(f"select count(*) from tickit_snapshots.{name}")[0][0] for name in SNAPSHOTS]

    def keep(self, *options: str) -> None:
        """Load what is in the lake."""
        self.dbt.must_run(*STAGE)
        self.dbt.must_run(*KEEP, *options)

    def must_agree(self) -> None:
        """Compare what holds now with staging, row by row, and run the data tests.

        Rows of deliveries that are not there are left out.
        """
        for name, (staged, columns) in SNAPSHOTS.items():
            base = f"tickit_staging.{staged.replace('stg', 'base')}"
            now = (
                f"select {columns} from tickit_snapshots.{name} where dbt_valid_to is null and not is_deleted and "
                f"delivery in (select delivery from {base} where reject_reason is null)"
            )
            there = f"select {columns} from tickit_staging.{staged}"
            assert self.query(f"(({now}) except all ({there})) union all (({there}) except all ({now}))") == [], name
        self.dbt.must_run(*TEST)


def rewrite(path: Path, change: Callable[[list[list[str]]], Sequence[list[str]]]) -> None:
    """Send a file again, with other lines, each a list of fields; atomically, by rename."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    changed = change([line.split(DELIMITER) for line in lines])
    unfinished = path.with_name(f".{path.name}")
    unfinished.write_text("\n".join([header, *map(DELIMITER.join, changed)]) + "\n", encoding="utf-8")
    unfinished.rename(path)


def listings_of(lake: Path, month: str) -> list[list[str]]:
    """Return the fields of each listing of a month."""
    lines = TABLES["listing"].path(lake, month).read_text(encoding="utf-8").splitlines()[1:]
    return [line.split(DELIMITER) for line in lines]


def set_field(key: str, field: int, value: str) -> Callable[[list[list[str]]], list[list[str]]]:
    """Return a change of one field of the line with this key."""
    return lambda lines: [[*line[:field], value, *line[field + 1 :]] if line[0] == key else line for line in lines]


def without(*keys: str) -> Callable[[list[list[str]]], list[list[str]]]:
    """Return a change that leaves out the lines with these keys."""
    return lambda lines: [line for line in lines if line[0] not in keys]
