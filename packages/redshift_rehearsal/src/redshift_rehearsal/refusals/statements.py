"""Whole statements that Redshift has not, or has in part."""

from __future__ import annotations

from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement

# What PostgreSQL creates and Redshift cannot.
_NOT_CREATED = {
    *(
        "index",
        "sequence",
        "trigger",
        "rule",
        "type",
        "domain",
        "extension",
        "aggregate",
        "operator",
        "cast",
        "tablespace",
    ),
    *("collation", "conversion", "server", "event", "publication", "subscription", "statistics", "foreign", "policy"),
    *("macro", "secret", "transform", "language", "access"),
}

# First words of statements that belong to PostgreSQL, DuckDB or another engine.
_NOT_STARTED = {
    *("do", "listen", "notify", "unlisten", "reindex", "cluster", "checkpoint", "savepoint", "security", "load"),
    *("pragma", "install", "attach", "detach", "export", "import", "summarize", "describe", "pivot", "unpivot"),
    *("replace", "upsert", "optimize", "force", "table"),
}


@refusal("object of PostgreSQL", "c_unsupported-postgresql-features.html", "create", "drop", "alter")
def object_of_postgresql(statement: Statement) -> str | None:
    """Find objects that Redshift has not: indexes, sequences, triggers, types, extensions, macros and others."""
    if statement.words[0] not in ("create", "drop", "alter"):
        return None
    kind = 1
    if statement.word(1) == "or" and statement.word(2) == "replace":
        kind = 3
    while statement.word(kind) in ("unique", "temp", "temporary", "constraint"):
        kind += 1
    if statement.word(kind) in ("event", "policy", "access", "foreign", "language"):
        # Redshift has policies of rows and of masks (RLS POLICY, MASKING POLICY), not PostgreSQL's.
        if statement.word(kind) == "event" and statement.word(kind + 1) != "trigger":
            return None
        return f"{statement.words[0].upper()} {statement.word(kind).upper()} is not supported"
    if statement.word(kind) in _NOT_CREATED:
        return f"{statement.words[0].upper()} {statement.word(kind).upper()} is not supported"
    return None


@refusal("statement of another engine", "c_SQL_commands.html", *_NOT_STARTED)
def statement_of_another_engine(statement: Statement) -> str | None:
    """Find a statement that Redshift's list of commands does not have."""
    if statement.words[1:3] in (["rls", "policy"], ["masking", "policy"]):
        return None
    if statement.words[0] in _NOT_STARTED:
        return f'syntax error at or near "{statement.words[0]}"'
    return None


@refusal("explain analyze", "r_EXPLAIN.html", "explain")
def explain_analyze(statement: Statement) -> str | None:
    """Find EXPLAIN that also runs the query."""
    if statement.words[0] == "explain" and "analyze" in statement.words[1:3]:
        return 'syntax error at or near "analyze"'
    if statement.starts_with("explain", "("):
        return "EXPLAIN takes no options but VERBOSE"
    return None


@refusal("truncate", "r_TRUNCATE.html", "truncate")
def truncate(statement: Statement) -> str | None:
    """Find TRUNCATE of several tables, or with options."""
    if statement.words[0] == "truncate" and {",", "cascade", "restart", "only"} & statement.present:
        return "TRUNCATE takes one table and no options"
    return None


@refusal("concurrently", "materialized-view-refresh-sql-command.html", "concurrently")
def concurrently(statement: Statement) -> str | None:
    """Find REFRESH MATERIALIZED VIEW CONCURRENTLY."""
    if statement.starts_with("refresh", "materialized", "view", "concurrently"):
        return 'syntax error at or near "concurrently"'
    return None


@refusal("language of a function", "r_CREATE_FUNCTION.html", "function")
def language_of_function(statement: Statement) -> str | None:
    """Find CREATE FUNCTION in PL/pgSQL, which is for procedures, or one that returns a table."""
    if statement.words[0] != "create" or "function" not in statement.words[1:5] or "external" in statement.words[1:4]:
        return None
    if any(statement.places("language", "plpgsql")):
        return "language plpgsql is for procedures: a function is in SQL or Python"
    if any(statement.places("returns", "table")) or any(statement.places("returns", "setof")):
        return "functions that return tables are not supported"
    return None
