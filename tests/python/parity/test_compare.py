"""The comparison finds what differs: a value in its last digit, NULL against empty, a type, a row, a column."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import polars as pl
import pytest

from scripts.parity.compare import canonical, compare
from scripts.parity.readers import exact
from scripts.parity.relations import Relation

RELATION = Relation(
    model="fct",
    schema="s",
    name="fct",
    columns=("id", "amount", "name", "at"),
    key=("id",),
    types={"id": "integer", "amount": "decimal(18,2)", "name": "varchar(10)", "at": "timestamp"},
)
ROWS = [
    (1, Decimal("9999999999999999.98"), "a", datetime(2008, 1, 1)),
    (2, Decimal("0.10"), None, datetime(2008, 1, 2, 3, 4, 5)),
]
DUCKDB_TYPES = {"id": "integer", "amount": "decimal(18,2)", "name": "varchar", "at": "timestamp"}
REDSHIFT_TYPES = {
    "id": "integer",
    "amount": "numeric(18,2)",
    "name": "character varying(10)",
    "at": "timestamp without time zone",
}


class Side:
    """A side with given rows."""

    def __init__(self, rows: list[tuple], types: dict[str, str], columns: tuple[str, ...] = RELATION.columns) -> None:
        self.given, self.kinds, self.names = rows, types, columns

    def rows(self, relation: Relation) -> pl.DataFrame:
        return exact(pl.DataFrame(self.given, schema=list(relation.columns), orient="row", strict=False))

    def columns(self, relation: Relation) -> list[str]:
        return list(self.names)

    def types(self, relation: Relation) -> dict[str, str]:
        return self.kinds


def differences(rows: list[tuple], types: dict[str, str] = REDSHIFT_TYPES, **changed: tuple[str, ...]) -> list[str]:
    return compare(RELATION, Side(ROWS, DUCKDB_TYPES), Side(rows, types, **changed), "rehearsal").differences


def test_same_rows_in_another_order_are_the_same() -> None:
    assert differences(ROWS[::-1]) == []


@pytest.mark.parametrize(
    ("row", "difference"),
    [
        ((1, Decimal("9999999999999999.99"), "a", datetime(2008, 1, 1)), "amount: 1 values differ"),
        ((1, ROWS[0][1], "a ", datetime(2008, 1, 1)), "name: 1 values differ"),
        ((1, ROWS[0][1], "A", datetime(2008, 1, 1)), "name: 1 values differ"),
        ((1, ROWS[0][1], "a", datetime(2008, 1, 1, 0, 0, 1)), "at: 1 values differ"),
        ((1, None, "a", datetime(2008, 1, 1)), "amount: 1 values differ"),
    ],
)
def test_a_value_that_differs_is_found(row: tuple, difference: str) -> None:
    assert differences([row, ROWS[1]]) == [difference]


def test_without_a_key_the_column_that_differs_is_found() -> None:
    keyless = replace(RELATION, key=RELATION.columns)
    other = [(2, Decimal("0.11"), *ROWS[1][2:]), ROWS[0]]
    found = compare(keyless, Side(ROWS, DUCKDB_TYPES), Side(other, REDSHIFT_TYPES), "rehearsal")
    assert found.differences == ["amount: 1 values differ"]
    assert "0.10" in found.report and "0.11" in found.report


def test_without_a_key_a_missing_row_is_found() -> None:
    keyless = replace(RELATION, key=RELATION.columns)
    found = compare(keyless, Side(ROWS, DUCKDB_TYPES), Side(ROWS[:1], REDSHIFT_TYPES), "rehearsal")
    assert found.differences == [
        "2 rows on DuckDB, 1 on rehearsal",
        "1 rows on DuckDB only, by id, amount, name, at",
    ]


def test_a_column_that_cannot_be_alike_is_not_compared() -> None:
    for key in (RELATION.key, RELATION.columns):
        relation = replace(RELATION, key=key, unlike=frozenset({"name"}))
        theirs = Side([(*row[:2], "other", row[3]) for row in ROWS], REDSHIFT_TYPES)
        assert compare(relation, Side(ROWS, DUCKDB_TYPES), theirs, "rehearsal").differences == []


def test_null_is_not_an_empty_text() -> None:
    assert differences([ROWS[0], (2, ROWS[1][1], "", ROWS[1][3])]) == ["name: 1 values differ"]


def test_rows_on_one_side_only_are_found() -> None:
    found = differences([ROWS[0], (3, *ROWS[1][1:])])
    assert found == ["1 rows on DuckDB only, by id", "1 rows on rehearsal only, by id"]


def test_a_missing_row_is_found() -> None:
    assert differences(ROWS[:1]) == ["2 rows on DuckDB, 1 on rehearsal", "1 rows on DuckDB only, by id"]


def test_a_type_that_is_not_the_contracts_is_found() -> None:
    found = differences(ROWS, {**REDSHIFT_TYPES, "name": "character varying(256)", "amount": "numeric(18,4)"})
    assert found == [
        "amount is numeric(18,4) on rehearsal, the contract says decimal(18,2)",
        "name is character varying(256) on rehearsal, the contract says varchar(10)",
    ]


def test_another_order_of_columns_is_found() -> None:
    assert differences(ROWS, columns=("id", "name", "amount", "at")) == [
        "columns on rehearsal are id, name, amount, at"
    ]


def test_types_have_one_name() -> None:
    assert canonical("NUMERIC(18, 2)") == "decimal(18,2)"
    assert canonical("character varying(10)") == "varchar(10)"
    assert canonical("timestamp without time zone") == "timestamp"


@pytest.mark.parametrize("column", ["name", "id"])
def test_personal_values_are_compared_and_not_shown(column: str) -> None:
    relation = replace(RELATION, personal=frozenset({column}))
    ours = [(11, *ROWS[0][1:2], "lena@secret.example", ROWS[0][3])]
    theirs = [(11 if column == "name" else 5550142, *ROWS[0][1:2], "olaf@secret.example", ROWS[0][3])]
    outcome = compare(relation, Side(ours, DUCKDB_TYPES), Side(theirs, REDSHIFT_TYPES), "rehearsal")
    told = "\n".join([*outcome.differences, outcome.report])
    assert outcome.differences
    assert ("secret.example" in told) == (column != "name")
    assert ("5550142" in told) is False
