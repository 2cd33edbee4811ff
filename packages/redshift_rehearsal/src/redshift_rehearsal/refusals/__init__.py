"""What Redshift refuses: one entry a reason, with the page of its documentation, grouped by topic.

Only what Redshift's documentation says, and what tokens show: what needs the catalog (a column's type, a table that is
missing) is for the server to say. Not seen: correlated subqueries that do not qualify their columns, or that limit
their rows; a view over literals, read by an aggregate of the compute nodes; functions called like methods.
"""

from __future__ import annotations

from redshift_rehearsal.lexer import one_by_one, tokens
from redshift_rehearsal.refusals import (
    clauses,
    data_types,
    functions,
    merge,
    newer_postgresql,
    statements,
    subqueries,
    tables,
    windows,
)
from redshift_rehearsal.refusals.refusal import Refusal, refusals_of
from redshift_rehearsal.refusals.statement import Statement

# In this order: a statement that does not exist is not searched for its functions.
REFUSALS: tuple[Refusal, ...] = tuple(
    refusal
    for module in (statements, merge, tables, newer_postgresql, clauses, windows, data_types, subqueries, functions)
    for refusal in refusals_of(module)
)

# By number, for their order: those that look at every statement, and at those with a word.
_ALWAYS = frozenset(number for number, refusal in enumerate(REFUSALS) if not refusal.words)
_BY_WORD = {
    word: frozenset(number for number, refusal in enumerate(REFUSALS) if word in refusal.words)
    for word in frozenset().union(*(refusal.words for refusal in REFUSALS))
}


def check(statement: str | Statement) -> None:
    """Raise Refused for the first thing in a statement, or in several with semicolons, that Redshift would refuse."""
    if isinstance(statement, str):
        statement = Statement(tokens(statement))
    if ";" not in statement.present:
        _check(statement)
        return
    for one in one_by_one(statement.parts):
        _check(Statement(one))


def _check(statement: Statement) -> None:
    if not statement.words:
        return
    numbers = _ALWAYS.union(*[_BY_WORD[word] for word in statement.present & _BY_WORD.keys()])
    for number in sorted(numbers):
        REFUSALS[number].check(statement)


__all__ = ["REFUSALS", "Refusal", "check"]
