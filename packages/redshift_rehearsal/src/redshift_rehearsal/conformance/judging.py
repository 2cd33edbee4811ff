"""Runs a statement of somebody else's: makes the tables and columns that it reads, and says what came of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812 - it is a class

from redshift_rehearsal.lexer import beginning, tokens
from redshift_rehearsal.refusals.documented_functions import DOCUMENTED, LEADER_NODE_ONLY
from redshift_rehearsal.refusals.statement import Statement


class Verdict(StrEnum):
    """What the stand-in says of a statement."""

    RUNS = "runs"
    REFUSED = "refused"
    NOT_REHEARSED = "not rehearsed"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Judgement:
    """The verdict on a statement, and the message behind it, "" if it runs."""

    verdict: Verdict
    message: str = ""


# The types that the columns of a statement are tried in, all of them in one: which one it needs nobody says.
_TYPES = ("by name", "varchar(100)", "integer", "timestamp", "super", "boolean", "date", "time", "varbyte")
# What the name of a column says of its type, in this order; a text if none fits.
_BY_NAME = {
    "timestamp": re.compile(r"time|_at$|_ts$|^ts|^t$|timestamp"),
    "date": re.compile(r"date|^d$|^day$"),
    "integer": re.compile(
        r"id$|num|qty|count|price|amount|year|^n$|^i$|^a$|^b$|^c$|^x$|^y$|sold|paid|days|red|green|blue|seats"
    ),
}
# The most objects that are made for one statement, in one type.
_MOST = 40

_SCHEMA = "conformance"
# Where external tables that a statement reads have their files: none.
EMPTY = "s3://conformance-made-for-a-statement"
# What Redshift does not run in a transaction.
_ALONE = re.compile(
    r"(create|alter|drop)\s+(external|database)|vacuum|unload|alter\s+table.*(append|partition|location)|"
    # ... what ends one, and what asks for the columns of a table that has to be there.
    r"begin|start|commit|end|abort|rollback|call|.*\b(exclude|pivot|unpivot)\b",
    re.IGNORECASE | re.DOTALL,
)
_WRONG_TYPES = {"42883", "42804", "22P02", "22007", "22008", "42846", "42725", "42P18", "22023", "42809", "22030"}


class Judge:
    """Runs statements in a stand-in, each in a schema of its own that is dropped again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def judge(self, sql: str) -> Judgement:
        """Run a statement; return the best verdict that it gets with its columns in one of the types."""
        first: Judgement | None = None
        for kind in _TYPES:
            found, state = self._judge_with(sql, kind)
            if found.verdict == Verdict.RUNS:
                return found
            first = first or found
            if state not in _WRONG_TYPES:
                break
        return first or Judgement(Verdict.UNDECIDED, "it was not run")

    def _judge_with(self, sql: str, kind: str) -> tuple[Judgement, str]:
        """Run a statement with its columns in one type; return the verdict and the SQLSTATE behind it."""
        needs = _Needs(sql, kind)
        for _ in range(_MOST):
            error = self._error(sql, needs.statements)
            if error is None:
                return Judgement(Verdict.RUNS), ""
            message, state = str(error.diag.message_primary or error).strip(), error.pgcode or ""
            if needs.add(message):
                continue
            if (error.diag.message_detail or "") == "not rehearsed":
                return Judgement(Verdict.NOT_REHEARSED, message), state
            return _judgement(state, message), state
        return Judgement(Verdict.UNDECIDED, "it needs too many objects"), ""

    def _error(self, sql: str, before: list[str]) -> psycopg2.Error | None:
        """Run a statement after others, and take everything back; return its error."""
        if _ALONE.match(sql, beginning(sql)):
            return self._error_alone(sql, before)
        start = ["begin", f"create schema {_SCHEMA}", f"set search_path = {_SCHEMA}", _PATIENCE, *before]
        with self._connection.cursor() as cursor:
            try:
                cursor.execute(";".join(start))
                cursor.execute(sql)
            except psycopg2.Error as error:
                return error
            finally:
                if not self._connection.closed:
                    cursor.execute("rollback")
        return None

    def _error_alone(self, sql: str, before: list[str]) -> psycopg2.Error | None:
        """Run a statement that must not be in a transaction; what was made for it, or by it, is dropped one by one."""
        with self._connection.cursor() as cursor:
            try:
                for statement in [_PATIENCE, *before, sql]:
                    cursor.execute(statement)
            except psycopg2.Error as error:
                return error
            finally:
                if not self._connection.closed:
                    cursor.execute("rollback")
                    for kind, name in _made([*before, sql]):
                        cursor.execute(
                            f"drop {kind} if exists {name}" + ("" if kind.lower() == "database" else " cascade")
                        )
        return None


_PATIENCE = "set statement_timeout = 20000"
_CREATES = re.compile(
    r"create\s+(?:external\s+)?(schema|table|database)\s+(?:if\s+not\s+exists\s+)?([\w\".]+)", re.IGNORECASE
)


def _made(statements: list[str]) -> list[tuple[str, str]]:
    """Return what statements create: its kind and name, schemas last."""
    found = [match for statement in statements for match in _CREATES.findall(statement)]
    return sorted(found, key=lambda one: one[0].lower() == "schema")


def _judgement(state: str, message: str) -> Judgement:
    """Say whether an error is the stand-in's, or comes of a statement that does not stand by itself."""
    unknown = re.match(r"function (?:rs\.)?(\w+)(?:\(.*\))? does not exist", message)
    if unknown and unknown[1] not in DOCUMENTED | LEADER_NODE_ONLY:
        return Judgement(Verdict.UNDECIDED, message)
    if re.search(
        r"(procedure|cursor|prepared statement|constraint|database) .* does not exist|specified S3 (prefix|manifest)|"
        r"is not an external table|cross-database references",
        message,
    ):
        return Judgement(Verdict.UNDECIDED, message)
    missing = state in {"42P01", "42703", "3F000", "42704", "34000", "26000", "42P07", "42701", "42702", "3D000"}
    is_ours = "rehearsal:" in message or re.match(r'type "(super|varbyte|hllsketch)"', message)
    if (missing and not is_ours) or state in _WRONG_TYPES and not unknown:
        return Judgement(Verdict.UNDECIDED, message)
    if state in {"42601"} and "more expressions" in message:
        return Judgement(Verdict.UNDECIDED, message)
    return Judgement(Verdict.REFUSED, message)


class _Needs:
    """What has to be there for a statement: schemas, tables with their columns, users, groups."""

    def __init__(self, sql: str, kind: str) -> None:
        self._kind = kind
        self._statement = Statement(tokens(sql))
        self._others: list[str] = []
        self._after_tables: list[str] = []
        self._tables: dict[str, list[str]] = {}
        self._aliases = {
            relation.alias: relation.name for found in self._statement.relations.values() for relation in found
        }

    @property
    def statements(self) -> list[str]:
        """What makes them."""
        tables = [self._table(table, columns or ["rs_only"]) for table, columns in self._tables.items()]
        return [*self._others, *tables, *self._after_tables]

    def _table(self, table: str, columns: list[str]) -> str:
        typed = ", ".join(self._typed(column) for column in columns)
        schema = table.rpartition(".")[0]
        if any(f"create external schema {schema} " in other for other in self._others if schema):
            return f"create external table {table} ({typed}) stored as parquet location '{EMPTY}/'"
        return f"create table {table} ({typed})"

    def add(self, message: str) -> bool:
        """Add what an error misses; say whether there is anything new to try."""
        before = self.statements
        if match := re.search(r'(?<!of )relation "(.+?)" does not exist', message):
            self._tables.setdefault(".".join(f'"{part}"' for part in match[1].split(".")), [])
        elif match := re.match(r'schema "(.+?)" does not exist', message):
            self._add(f'create schema "{match[1]}"')
        elif match := re.match(r'schema "(.+?)" is not an external schema', message):
            self._add(f"create external schema \"{match[1]}\" from data catalog database 'd' iam_role default")
        elif match := re.search(r"cannot tell the columns of (\w+(?:\.\w+)?):", message):
            self._tables.setdefault(".".join(f'"{part}"' for part in match[1].split(".")), [])
        elif match := re.match(r'column "(.+?)" named in key does not exist', message):
            self._add_column(match[1], "")
        elif match := re.match(r'column "?([^"]+?)"? (?:of relation "(.+?)" )?does not exist', message):
            self._add_column(match[1], match[2] or "")
        elif match := re.match(r'(?:role|user|group) "(.+?)" does not exist', message):
            kind = "group" if "group" in self._statement.present else "user"
            self._add(f'create {kind} "{match[1]}"' + (" password disable" if kind == "user" else ""))
        elif match := re.match(r'RLS policy "(.+?)" does not exist', message):
            self._add(f'create rls policy "{match[1]}" using (true)')
        elif match := re.match(r'RLS policy "(.+?)" is not attached to (\S+) for (\S+)', message):
            self._after_tables.append(f'attach rls policy "{match[1]}" on {match[2]} to {match[3]}')
        elif match := re.match(r'partition column "(.+?)" is not a column of the query', message):
            self._add_column(match[1], "")
            # Not all columns of a star can be partitions.
            for columns in self._tables.values():
                if '"rs_only"' not in columns:
                    columns.append('"rs_only"')
        elif match := re.match(r"FIXEDWIDTH '(.+?)' does not give", message):
            for pair in match[1].split(","):
                self._add_column(pair.partition(":")[0].strip(), "")
        elif "more expressions than target columns" in message and self._tables:
            columns = next(iter(self._tables.values()))
            columns.append(f'"rs_{len(columns)}"')
        return self.statements != before

    def _typed(self, column: str) -> str:
        kind = self._kind
        if kind == "by name":
            name = column.strip('"').lower()
            kind = next((kind for kind, pattern in _BY_NAME.items() if pattern.search(name)), "varchar(100)")
        return f"{column} {kind}"

    def _add(self, sql: str) -> None:
        if sql not in self._others:
            self._others.append(sql)

    def _add_column(self, name: str, relation: str) -> None:
        qualifier, _, column = name.rpartition(".")
        wanted = relation or self._aliases.get(qualifier, qualifier)
        tables = [table for table in self._tables if not wanted or table.rpartition(".")[2].strip('"') == wanted]
        for table in tables:
            if f'"{column}"' not in self._tables[table]:
                self._tables[table].append(f'"{column}"')
                return
