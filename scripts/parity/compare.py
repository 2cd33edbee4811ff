"""Compare a relation of DuckDB with the same of Redshift: columns, types, row counts, and every value."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import datacompy
import polars as pl

from scripts.parity.readers import DuckDB, Redshift
from scripts.parity.relations import Relation

SHOWN = 5

# The names that the engines' catalogs give to the types of our contracts.
_NAMES = {
    "character varying": "varchar",
    "timestamp without time zone": "timestamp",
    "numeric": "decimal",
    "int4": "integer",
    "bool": "boolean",
}


@dataclass
class Outcome:
    """What the comparison of one relation found; ``differences`` is empty if nothing."""

    relation: Relation
    rows: int = 0
    differences: list[str] = field(default_factory=list)
    report: str = ""


def compare(relation: Relation, duckdb: DuckDB, redshift: Redshift, other_name: str) -> Outcome:
    """Compare one relation; the outcome's report shows the first rows that differ, with both values."""
    outcome = Outcome(relation)
    for name, side in (("DuckDB", duckdb), (other_name, redshift)):
        if side.columns(relation) != list(relation.columns):
            outcome.differences.append(f"columns on {name} are {', '.join(side.columns(relation))}")
    outcome.differences += _types(relation, duckdb.types(relation), redshift.types(relation), other_name)
    return compare_rows(outcome, duckdb.rows(relation), redshift.rows(relation), other_name)


def compare_rows(outcome: Outcome, ours: pl.DataFrame, theirs: pl.DataFrame, other_name: str) -> Outcome:
    """Add to an outcome where the rows of both sides differ."""
    relation = outcome.relation
    # In one order, so that rows pair which have the same key.
    ours, theirs = (rows.drop(relation.unlike).sort(pl.all()) for rows in (ours, theirs))
    outcome.rows = len(ours)
    if len(ours) != len(theirs):
        outcome.differences.append(f"{len(ours)} rows on DuckDB, {len(theirs)} on {other_name}")
    theirs = _like(theirs, ours)
    key = _key(relation, ours, theirs)
    found = datacompy.PolarsCompare(
        ours, theirs, join_columns=key, abs_tol=0, rel_tol=0, df1_name="duckdb", df2_name=other_name
    )
    for name, rows in (("DuckDB", found.df1_unq_rows), (other_name, found.df2_unq_rows)):
        if len(rows):
            outcome.differences.append(f"{len(rows)} rows on {name} only, by {', '.join(key)}")
    for column in found.column_stats:
        if column["unequal_cnt"] and column["column"] not in key:
            outcome.differences.append(f"{column['column']}: {column['unequal_cnt']} values differ")
    if outcome.differences:
        outcome.report = _report(relation, ours, theirs, key, other_name)
    return outcome


def _report(relation: Relation, ours: pl.DataFrame, theirs: pl.DataFrame, key: list[str], other_name: str) -> str:
    """Return the first rows that differ, without columns that hold personal data; empty if only these differ."""
    ours, theirs = ours.drop(relation.personal, strict=False), theirs.drop(relation.personal, strict=False)
    shown = [name for name in key if name not in relation.personal] or ours.columns
    if not shown:
        return ""
    found = datacompy.PolarsCompare(
        ours, theirs, join_columns=shown, abs_tol=0, rel_tol=0, df1_name="duckdb", df2_name=other_name
    )
    return found.report(sample_count=SHOWN)


def canonical(kind: str) -> str:
    """Return a type's name as our contracts write it: lower case, no blanks, one name for each type."""
    name, _, size = kind.lower().partition("(")
    name = _NAMES.get(name.strip(), name.strip())
    return f"{name}({re.sub(r' ', '', size)}" if size else name


def _types(relation: Relation, ours: dict[str, str], theirs: dict[str, str], other_name: str) -> list[str]:
    """Say where an engine's types are not those of the contract."""
    problems = []
    for column, promised in relation.types.items():
        wanted = canonical(promised)
        if canonical(theirs.get(column, "")) != wanted:
            problems.append(f"{column} is {theirs.get(column)} on {other_name}, the contract says {promised}")
        # DuckDB keeps no length of a varchar.
        if canonical(ours.get(column, "")) != re.sub(r"^varchar.*", "varchar", wanted):
            problems.append(f"{column} is {ours.get(column)} on DuckDB, the contract says {promised}")
    return problems


def _key(relation: Relation, ours: pl.DataFrame, theirs: pl.DataFrame) -> list[str]:
    """Return the columns that tell which rows belong together: the relation's key.

    If it has none, the columns that have the same values on both sides, so that those which have not are found.
    """
    if relation.key != relation.columns:
        return list(relation.key)
    same = [name for name in ours.columns if ours[name].sort().equals(theirs[name].sort())]
    return same or ours.columns


def _like(frame: pl.DataFrame, model: pl.DataFrame) -> pl.DataFrame:
    """Give columns that are empty throughout, and so have no type of their own, the other side's."""
    empty = [name for name in frame.columns if frame[name].null_count() == len(frame)]
    return frame.with_columns(pl.lit(None, dtype=model.schema[name]).alias(name) for name in empty)
