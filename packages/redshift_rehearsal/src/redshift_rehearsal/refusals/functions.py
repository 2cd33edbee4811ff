"""Functions: which exist, what they take, and on which node they run."""

from __future__ import annotations

from redshift_rehearsal.lexer import NAME, QUOTED, STRING
from redshift_rehearsal.refusals.documented_functions import (
    CATALOG_HELPERS,
    COMPUTE_NODE_ONLY,
    CONSTRUCTS,
    DOCUMENTED,
    LEADER_NODE_ONLY,
    LEADER_NODE_ONLY_WORDS,
)
from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import KEYWORDS, Statement

_EXIST = DOCUMENTED | CONSTRUCTS | LEADER_NODE_ONLY
_NEVER_ASKED = _EXIST | KEYWORDS

# Name -> fewest and most arguments, where other engines take others.
_ARGUMENTS = {
    "concat": (2, 2),
    "date_trunc": (2, 2),
    "initcap": (1, 1),
    "log": (1, 2),
    "sha2": (2, 2),
    "to_char": (2, 2),
    "to_date": (2, 3),
    "to_timestamp": (2, 3),
    "nullif": (2, 2),
    "nvl2": (3, 3),
    "split_part": (3, 3),
    "strpos": (2, 2),
    "last_day": (1, 1),
}


@refusal("unknown function", "c_SQL_functions.html", "(")
def unknown_function(statement: Statement) -> str | None:
    """Find a call of what Redshift's documentation does not name.

    A user's function is known by its schema, or by the prefix that Redshift reserves for such (udf-naming-udfs).
    """
    words = statement.words
    # Most statements call nothing unknown: find that out before reading what each parenthesis is.
    asked = [at - 1 for at in statement.places("(") if at and words[at - 1] not in _NEVER_ASKED]
    if all(statement.parts[place].kind not in (NAME, QUOTED) for place in asked):
        return None
    if words[0] in ("grant", "revoke", "call", "drop", "comment", "copy", "unload", "show"):
        return None
    for call in statement.calls:
        if call.name in _EXIST or not call.name or call.name.startswith("f_"):
            continue
        if (call.name in CATALOG_HELPERS or call.name.startswith("pg_")) and not statement.user_tables:
            continue
        return f"function {call.name} does not exist"
    return None


@refusal("leader-node function", "c_SQL_functions_leader_node_only.html", *LEADER_NODE_ONLY, *LEADER_NODE_ONLY_WORDS)
def leader_node_function(statement: Statement) -> str | None:
    """Find a function of the leader node where rows of tables are read or written."""
    if not (statement.user_tables or statement.writes_rows_of_query):
        return None
    for place, word in enumerate(statement.words):
        before = statement.word(place - 1)
        called = word in LEADER_NODE_ONLY and statement.word(place + 1) == "("
        called = called and statement.opens_call(place + 1)
        if called or (
            word in LEADER_NODE_ONLY_WORDS and before not in (".", "as") and not statement.is_name(place - 1)
        ):
            return f"Specified types or functions (one per INFO message) not supported on Redshift tables: {word}"
    return None


@refusal("compute-node function", "c_SQL_functions_compute_node_only.html", *COMPUTE_NODE_ONLY)
def compute_node_function(statement: Statement) -> str | None:
    """Find LISTAGG, MEDIAN or PERCENTILE_CONT over literals or the catalog."""
    if statement.user_tables or statement.writes_rows_of_query:
        return None
    for call in statement.calls_of(*COMPUTE_NODE_ONLY):
        return f"{call.name.upper()} is a compute-node only function: the query must read a table"
    return None


@refusal("number of arguments", "c_SQL_functions.html", *_ARGUMENTS)
def number_of_arguments(statement: Statement) -> str | None:
    """Find fewer or more arguments than the function takes, such as CONCAT of three."""
    for call in statement.calls_of(*_ARGUMENTS):
        number = len(statement.arguments(call.opening))
        fewest, most = _ARGUMENTS[call.name]
        if not fewest <= number <= most:
            return f"function {call.name} with {number} arguments does not exist"
    return None


@refusal("flags of regexp_replace", "REGEXP_REPLACE.html", "regexp_replace")
def flags_of_regexp_replace(statement: Statement) -> str | None:
    """Find a text as fourth argument, PostgreSQL's and DuckDB's flags: it is a position on Redshift."""
    for call in statement.calls_of("regexp_replace"):
        arguments = statement.arguments(call.opening)
        if len(arguments) > 3 and statement.kind(arguments[3].start) == STRING:
            return "invalid input syntax for integer: the fourth argument of regexp_replace is a position"
    return None


@refusal("order of sorted aggregates", "r_MEDIAN.html", "median", "percentile_cont", "listagg")
def order_of_sorted_aggregates(statement: Statement) -> str | None:
    """Find LISTAGG, PERCENTILE_CONT and MEDIAN of one query, by different values."""
    orders: dict[int, str] = {}
    for call in statement.calls_of("median", "percentile_cont", "listagg"):
        end = statement.partner[call.opening]
        ordered: range | None = None
        if statement.word(end + 1) == "within" and statement.word(end + 3) == "(":
            end, ordered = statement.partner[end + 3], range(end + 6, statement.partner[end + 3])
        elif call.name == "median":
            ordered = range(call.opening + 1, end)
        if ordered is None or statement.word(end + 1) == "over":
            continue
        order = _without_qualifiers(statement, ordered)
        if orders.setdefault(statement.block_of[call.place], order) != order:
            return "within group ORDER BY clauses for aggregate functions must be the same"
    return None


def _without_qualifiers(statement: Statement, places: range) -> str:
    """Write an order in one form: s.qtysold asc is qtysold."""
    kept = [
        statement.name(place) or statement.parts[place].text
        for place in places
        if statement.words[place] not in (".", "asc") and statement.word(place + 1) != "."
    ]
    return " ".join(kept)


@refusal(
    "operator of another engine", "r_OPERATOR_SYMBOLS.html", "->", "->>", "@>", "<@", "**", "/", "=", "^", "@", "+"
)
def operator_of_another_engine(statement: Statement) -> str | None:
    """Find JSON and array operators, //, **, == and texts joined by +."""
    for operator in ("->", "->>", "@>", "<@", "**"):
        if operator in statement.present:
            return f"operator does not exist: {operator}"
    for first, second in (("/", "/"), ("=", "="), ("^", "@")):
        if any(statement.places(first, second)):
            return f"operator does not exist: {first}{second}"
    for place in statement.places("+"):
        if _is_text(statement, place - 1) or _is_text(statement, place + 1):
            return "operator + does not join texts: use ||"
    return None


def _is_text(statement: Statement, place: int) -> bool:
    """Tell whether there is a literal that is no number, date or interval: those all have a digit."""
    if statement.kind(place) != STRING or any(character.isdigit() for character in statement.parts[place].text):
        return False
    return statement.kind(place - 1) != NAME or statement.word(place - 1) in KEYWORDS
