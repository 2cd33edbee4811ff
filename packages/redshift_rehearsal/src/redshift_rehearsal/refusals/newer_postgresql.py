"""What PostgreSQL has learnt since 8.0, from which Redshift came, and Redshift has not."""

from __future__ import annotations

import re

from redshift_rehearsal.lexer import NUMBER, STRING
from redshift_rehearsal.refusals.data_types import defined_columns
from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.refusals.wordlist import word_set

_DIGITS = re.compile(r"_\d[\d_]*")
_WITH_BASE = re.compile(r"[xob][\da-f_]+")

# Types that only PostgreSQL has, as they stand in front of a literal: inet '10.0.0.1'.
_TYPES = word_set(
    """
    inet cidr macaddr macaddr8 uuid json jsonb xml money bit point line lseg box path polygon circle bytea int4range
    int8range numrange tsrange tstzrange daterange tsvector tsquery hstore pg_lsn
    """
)

_LITERALS = _TYPES | {"b", "x"}
_BEGINNINGS = frozenset("_xob")
_ODD = re.compile(r"_\d[\d_]*|[xob][\da-f_]+")

# Functions whose names begin with pg_ and that Redshift's leader node has not.
_OF_PG = word_set(
    """
    pg_sleep pg_sleep_for pg_sleep_until pg_notify pg_size_pretty pg_relation_size pg_total_relation_size pg_table_size
    pg_database_size pg_indexes_size pg_column_size pg_typeof pg_advisory_lock pg_advisory_xact_lock pg_advisory_unlock
    pg_try_advisory_lock pg_input_is_valid pg_current_xact_id pg_export_snapshot pg_read_file pg_ls_dir pg_stat_file
    pg_get_keywords pg_collation_for pg_is_in_recovery pg_conf_load_time pg_blocking_pids pg_snapshot_xmin
    """
)


@refusal("literal of PostgreSQL", "r_Literals.html")
def literal_of_postgresql(statement: Statement) -> str | None:
    """Find 1_000, 0xff, b'101', x'1f', and literals of types that Redshift lacks."""
    odd = [word for word in statement.present if word[:1] in _BEGINNINGS and _ODD.fullmatch(word)]
    if not odd and _LITERALS.isdisjoint(statement.present):
        return None
    for place in range(len(statement.parts) - 1):
        after = statement.word(place + 1)
        if statement.kind(place) == NUMBER and after[:1] in ("_", "x", "o", "b"):
            is_base = statement.words[place] == "0" and _WITH_BASE.fullmatch(after)
            if is_base or _DIGITS.fullmatch(after):
                return f'syntax error at or near "{after}"'
        elif statement.kind(place + 1) == STRING and (statement.words[place] in _LITERALS):
            before = statement.word(place - 1)
            if before not in (".", "as") and not statement.is_name(place - 1):
                return f"literals of the type {statement.words[place]} are not supported"
    return None


_WITH_TABLES = {"select", "with", "update", "delete", "insert", "alter", "truncate", "create"}


@refusal("only the table itself", "c_unsupported-postgresql-features.html", "only")
def only_the_table(statement: Statement) -> str | None:
    """Find ONLY in front of a table: there is no inheritance."""
    if statement.words[0] not in _WITH_TABLES:
        return None
    for place in statement.places("only"):
        before = statement.word(place - 1)
        if before in ("from", "join", "update", ",", "table", "into") and statement.is_name(place + 1):
            return 'syntax error at or near "only": tables do not inherit'
    return None


@refusal("query that is a table", "r_SELECT_synopsis.html", "table")
def query_that_is_a_table(statement: Statement) -> str | None:
    """Find TABLE name as a query: create table t as table u."""
    for place in statement.places("table"):
        before, end = statement.word(place - 1), statement.word(place + 2)
        follows_query = before in ("union", "all", "except", "intersect", "(")
        is_query = follows_query or (before == "as" and end in ("", ")", ";", "with", "union"))
        if is_query and place > 1 and statement.is_name(place + 1):
            return 'syntax error at or near "table"'
    return None


@refusal("on commit", "r_CREATE_TABLE_NEW.html", "commit")
def on_commit(statement: Statement) -> str | None:
    """Find what happens to a temporary table at the end of a transaction."""
    if statement.words[0] == "create" and any(statement.places("on", "commit")):
        return 'syntax error at or near "on": a temporary table lives as long as its session'
    return None


@refusal("alter if it exists", "r_ALTER_TABLE.html", "alter")
def alter_if_exists(statement: Statement) -> str | None:
    """Find ALTER TABLE or VIEW IF EXISTS."""
    if statement.words[0] == "alter" and statement.words[2:4] == ["if", "exists"]:
        return 'syntax error at or near "exists"'
    return None


@refusal("alias of inserted rows", "r_INSERT_30.html", "insert")
def alias_of_inserted_rows(statement: Statement) -> str | None:
    """Find INSERT INTO table AS alias, and OVERRIDING."""
    if not statement.starts_with("insert", "into"):
        return None
    after = 3
    while statement.word(after) == ".":
        after += 2
    if statement.word(after) == "as":
        return 'syntax error at or near "as"'
    if any(statement.places("overriding", "system", "value")) or any(statement.places("overriding", "user", "value")):
        return 'syntax error at or near "overriding"'
    return None


@refusal("mode of a lock", "r_LOCK.html", "lock")
def mode_of_a_lock(statement: Statement) -> str | None:
    """Find LOCK with a mode or NOWAIT: there is one kind of lock."""
    if statement.words[0] == "lock" and (statement.words[-1] in ("mode", "nowait")):
        return f'syntax error at or near "{statement.words[-1]}": LOCK takes no mode'
    return None


@refusal("setting of PostgreSQL", "r_SET.html", "set", "reset", "discard", "reassign")
def setting_of_postgresql(statement: Statement) -> str | None:
    """Find SET ROLE, SET CONSTRAINTS, RESET ROLE, DISCARD and REASSIGN OWNED."""
    first, second = statement.words[0], statement.word(1)
    if first in ("set", "reset") and (second == "role" or (second == "constraints" and first == "set")):
        return f'syntax error at or near "{second}"'
    if first in ("discard", "reassign"):
        return f'syntax error at or near "{first}"'
    return None


@refusal("groups of PostgreSQL", "r_GROUP_BY_clause.html", "group")
def groups_of_postgresql(statement: Statement) -> str | None:
    """Find GROUP BY DISTINCT."""
    if any(statement.places("group", "by", "distinct")):
        return 'syntax error at or near "distinct"'
    return None


@refusal("set operator with all", "r_UNION.html", "all")
def set_operator_with_all(statement: Statement) -> str | None:
    """Find INTERSECT ALL and EXCEPT ALL."""
    for word in ("intersect", "except", "minus"):
        if any(statement.places(word, "all")):
            return f"{word.upper()} ALL is not supported"
    return None


@refusal("rows of an offset", "r_ORDER_BY_clause.html", "offset")
def rows_of_an_offset(statement: Statement) -> str | None:
    """Find OFFSET 1 ROWS."""
    for place in statement.places("offset"):
        if statement.kind(place + 1) == NUMBER and statement.word(place + 2) in ("row", "rows"):
            return f'syntax error at or near "{statement.word(place + 2)}"'
    return None


@refusal("function of PostgreSQL's server", "c_SQL_functions.html", *_OF_PG)
def function_of_the_server(statement: Statement) -> str | None:
    """Find PG_SLEEP, PG_TYPEOF and others that the leader node has not."""
    for call in statement.calls_of(*_OF_PG):
        return f"function {call.name} does not exist"
    return None


@refusal("aggregates of a pivot", "r_FROM_clause-pivot-unpivot-examples.html", "pivot")
def aggregates_of_a_pivot(statement: Statement) -> str | None:
    """Find PIVOT with more than one aggregate."""
    for place in statement.places("pivot", "("):
        level = statement.inside(place + 1)
        end = next((at for at in level if statement.words[at] == "for"), level[-1] if level else place)
        if any(statement.words[at] == "," for at in level if at < end):
            return 'syntax error at or near ",": PIVOT takes one aggregate'
    return None


@refusal("data of a materialized view", "materialized-view-create-sql-command.html", "materialized")
def data_of_a_materialized_view(statement: Statement) -> str | None:
    """Find CREATE or REFRESH MATERIALIZED VIEW WITH [NO] DATA, and IF NOT EXISTS."""
    if "materialized" in statement.words[1:3] and statement.words[-1] == "data" and "with" in statement.words[-3:]:
        return 'syntax error at or near "with"'
    return None


@refusal("sort keys of a table", "r_CREATE_TABLE_NEW.html", "sortkey")
def sort_keys_of_a_table(statement: Statement) -> str | None:
    """Find two SORTKEY clauses."""
    if statement.words[0] != "create":
        return None
    clauses = [place for place in statement.places("sortkey", "(") if statement.enclosing[place] == -1]
    if len(clauses) > 1:
        return "only one SORTKEY clause can be given"
    return None


# Encoding -> the types that it takes (c_Compression_encodings.html); those that are not here take all.
_NUMBERS = {"smallint", "int2", "integer", "int", "int4", "bigint", "int8", "decimal", "numeric", "dec"}
_TIMES = {"date", "timestamp", "timestamptz", "datetime", "time", "timetz"}
_TEXTS = {"varchar", "nvarchar", "text", "character", "char", "nchar", "bpchar"}
_FITTING = {
    "az64": _NUMBERS | _TIMES,
    "delta": _NUMBERS | _TIMES,
    "delta32k": _NUMBERS | _TIMES,
    "mostly8": _NUMBERS,
    "mostly16": _NUMBERS,
    "mostly32": _NUMBERS,
    "text255": _TEXTS,
    "text32k": _TEXTS,
    "lzo": _NUMBERS | _TIMES | _TEXTS | {"super", "varbyte"},
}


@refusal("encoding of a type", "c_Compression_encodings.html", "encode")
def encoding_of_a_type(statement: Statement) -> str | None:
    """Find an encoding that does not fit the type of its column, such as AZ64 for a text."""
    if statement.words[0] not in ("create", "alter"):
        return None
    for name in defined_columns(statement):
        kind = statement.word(name + 1)
        around = statement.enclosing[name]
        for place in range(name + 1, len(statement.words)):
            if statement.enclosing[place] == around and statement.words[place] == ",":
                break
            if statement.enclosing[place] == around and statement.words[place] == "encode":
                encoding = statement.word(place + 1)
                if kind not in _FITTING.get(encoding, {kind}):
                    return f"invalid encoding type specified for column {statement.name(name)}: {encoding} of {kind}"
    return None


_READS = re.compile(r"\bfrom\s+[\w.\"]+\s*(\bwhere\b|\$\$|;|$|join\b|,)", re.IGNORECASE)


@refusal("function in SQL", "r_CREATE_FUNCTION.html", "function")
def function_in_sql(statement: Statement) -> str | None:
    """Find a function in SQL with named arguments or defaults, without volatility, or that reads a table."""
    if statement.words[0] != "create" or "function" not in statement.words[1:5] or "external" in statement.words[1:4]:
        return None
    if not any(statement.places("language", "sql")):
        return None
    opening = next((place for place in statement.places("(") if place > statement.words.index("function")), None)
    if opening is None:
        return None
    for argument in statement.arguments(opening):
        words = [statement.words[place] for place in argument]
        if "default" in words or "=" in words:
            return "arguments of a function have no defaults"
        if len(words) > 1 and words[1] not in ("(", "precision", "varying", "without", "with"):
            return "a function in SQL takes its arguments as $1, $2: they have types and no names"
    if not {"volatile", "stable", "immutable"} & statement.present:
        return "a function needs VOLATILE, STABLE or IMMUTABLE"
    body = next((part.text for part in statement.parts if part.kind == STRING and part.text.startswith("$")), "")
    if re.search(
        r"\bfrom\s+(?!(both|leading|trailing)\b)[\w\"]+(\.[\w\"]+)?\s*(\bwhere\b|\$\$|;|$|join\b|,)",
        body,
        re.IGNORECASE,
    ):
        return "a function in SQL has no FROM, INTO, WHERE, GROUP BY, ORDER BY or LIMIT"
    return None


@refusal("limit of a correlated subquery", "r_correlated_subqueries.html", "limit")
def limit_of_a_correlation(statement: Statement) -> str | None:
    """Find a correlated subquery with LIMIT or OFFSET."""
    for block in statement.correlations:
        if any(statement.words[place] in ("limit", "offset") for place in statement.inside(block)):
            return "This type of correlated subquery pattern is not supported yet"
    return None
