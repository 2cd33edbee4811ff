"""Correlated subqueries of the patterns that Redshift cannot run.

A reference is seen as correlated if it is qualified (event.eventid) with a name that an outer query defines and its own
does not. An unqualified one would need the catalog; those pass.
"""

from __future__ import annotations

from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement

_PAGE = "r_correlated_subqueries.html"
_NOT_SUPPORTED = "This type of correlated subquery pattern is not supported yet"
_AGGREGATES = {"sum", "avg", "count", "listagg", "median", "stddev", "variance", "any_value", "bool_and", "bool_or"}


@refusal("skip-level correlation", _PAGE, "exists", "in", "select")
def skip_level(statement: Statement) -> str | None:
    """Find a reference to the query around the query around."""
    return _NOT_SUPPORTED if any(distance > 1 for distance in statement.correlations.values()) else None


@refusal("correlation in an outer join", _PAGE, "left", "right", "full")
def correlation_in_outer_join(statement: Statement) -> str | None:
    """Find a correlated subquery in the ON clause of an outer join."""
    for block in statement.correlations:
        around = statement.enclosing[block]
        before = [place for place in range(around + 1, block) if statement.enclosing[place] == around]
        clause = next(
            (at for at in reversed(before) if statement.words[at] in ("on", "where", "select", "having", "from")), None
        )
        if clause is None or statement.words[clause] != "on":
            continue
        join = next((at for at in reversed(before) if at < clause and statement.words[at] == "join"), 0)
        if {statement.word(join - 1), statement.word(join - 2)} & {"left", "right", "full"}:
            return _NOT_SUPPORTED
    return None


@refusal("correlation with a window", _PAGE, "over")
def correlation_with_window(statement: Statement) -> str | None:
    """Find a correlated subquery that holds a window function."""
    for block in statement.correlations:
        if any(
            statement.word(place + 1) == "(" for place in statement.inside(block) if statement.words[place] == "over"
        ):
            return _NOT_SUPPORTED
    return None


@refusal("grouping by a correlation", _PAGE, "group")
def grouping_by_correlation(statement: Statement) -> str | None:
    """Find GROUP BY a column that is a correlated subquery, by its alias or its number."""
    for block in statement.correlations:
        around = statement.enclosing[block]
        level = statement.inside(around)
        end = statement.partner[block]
        alias_place = end + 2 if statement.word(end + 1) == "as" else end + 1
        alias = statement.name(alias_place)
        select = next((at for at in reversed(level) if at < block and statement.words[at] == "select"), None)
        group = next(
            (at for at in level if at > end and statement.words[at] == "group" and statement.word(at + 1) == "by"), None
        )
        if select is None or group is None or any(statement.words[at] == "from" for at in level if select < at < block):
            continue
        number = str(1 + sum(statement.words[at] == "," for at in level if select < at < block))
        for at in level:
            if at <= group + 1:
                continue
            if statement.words[at] in ("having", "order", "limit", "qualify", "union"):
                break
            is_alias = alias and statement.name(at) == alias and statement.word(at - 1) != "."
            if is_alias or statement.words[at] == number:
                return _NOT_SUPPORTED
    return None


@refusal("correlation of groups", _PAGE, "group")
def correlation_of_groups(statement: Statement) -> str | None:
    """Find IN a correlated subquery that groups and aggregates; MIN and MAX may."""
    for block in statement.correlations:
        level = statement.inside(block)
        words = [statement.words[place] for place in level]
        aggregates = any(
            call.name in _AGGREGATES and statement.enclosing[call.place] == block for call in statement.calls
        )
        if statement.word(block - 1) == "in" and "group" in words and aggregates:
            return _NOT_SUPPORTED
    return None
