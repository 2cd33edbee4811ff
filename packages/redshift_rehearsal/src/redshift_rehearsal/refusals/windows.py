"""Window functions: what may stand in OVER, and what Redshift's functions take."""

from __future__ import annotations

from collections.abc import Iterator

from redshift_rehearsal.lexer import NUMBER, STRING
from redshift_rehearsal.refusals.refusal import refusal
from redshift_rehearsal.refusals.statement import Statement

# These rank or look at one other row, so their window has an order and no frame.
_WITHOUT_FRAME = {"row_number", "rank", "dense_rank", "ntile", "percent_rank", "cume_dist", "lag", "lead"}
# Their order is in WITHIN GROUP or is implied.
_WITHOUT_ORDER = {"ratio_to_report", "listagg", "median", "percentile_cont", "percentile_disc"}


@refusal("frame of rows", "c_Window_functions.html", "range", "groups", "exclude")
def frame_of_rows(statement: Statement) -> str | None:
    """Find a window frame counted in values or groups (only rows are), or with EXCLUDE."""
    for _, opening in _windows(statement):
        places = statement.inside(opening)
        for place in places:
            word = statement.words[place]
            if word in ("range", "groups") and statement.word(place + 1) in ("between", "unbounded", "current"):
                return f'syntax error at or near "{word}": only ROWS frames are supported'
            if word in ("range", "groups") and statement.kind(place + 1) in (NUMBER, STRING):
                return f'syntax error at or near "{word}": only ROWS frames are supported'
            if word == "exclude" and "rows" in [statement.words[other] for other in places]:
                return 'syntax error at or near "exclude"'
    return None


@refusal("frame clause", "c_Window_functions.html", "over")
def frame_clause(statement: Statement) -> str | None:
    """Find an aggregate over a window with an order but no frame; FIRST_VALUE, LAST_VALUE and NTH_VALUE likewise."""
    for function, opening in _windows(statement):
        words = [statement.words[place] for place in statement.inside(opening)]
        if "order" in words and "rows" not in words and function not in _WITHOUT_FRAME | _WITHOUT_ORDER:
            return "Aggregate window functions with an ORDER BY clause require a frame clause"
    return None


@refusal("frame of a ranking function", "r_WF_LAG.html", "rows")
def frame_of_ranking(statement: Statement) -> str | None:
    """Find LAG or LEAD over a window with a frame."""
    for function, opening in _windows(statement):
        if function in ("lag", "lead") and any(statement.words[place] == "rows" for place in statement.inside(opening)):
            return f"The OVER clause of {function.upper()} cannot contain a window frame specification"
    return None


@refusal("constant in a window", "c_Window_functions.html", "over")
def constant_in_window(statement: Statement) -> str | None:
    """Find a literal to partition a window by; ordering by one is no error."""
    for _, opening in _windows(statement):
        places = statement.inside(opening)
        for place in places:
            if statement.words[place] != "by" or statement.word(place - 1) != "partition":
                continue
            constant = statement.kind(place + 1) in (STRING, NUMBER) or statement.word(place + 1) == "null"
            if constant and statement.word(place + 2) in (",", ")", "order", "asc", "desc", "rows"):
                return "constant expressions are not supported in partition by clauses"
    return None


@refusal("named window", "c_Window_functions.html", "over", "window")
def named_window(statement: Statement) -> str | None:
    """Find OVER name, and the WINDOW clause that defines it."""
    for place in statement.places("over"):
        if statement.is_name(place + 1) and statement.word(place - 1) == ")":
            return f'syntax error at or near "{statement.parts[place + 1].text}": OVER takes a window in parentheses'
    for place in statement.places("window"):
        if statement.is_name(place + 1) and statement.word(place + 2) == "as" and statement.word(place + 3) == "(":
            return 'syntax error at or near "window"'
    return None


@refusal("distinct in a window", "r_WF_COUNT.html", "over")
def distinct_in_window(statement: Statement) -> str | None:
    """Find an aggregate of distinct values over a window; LISTAGG may."""
    for place in statement.places("over"):
        opening = _arguments_before(statement, place)
        if opening is None or statement.word(opening + 1) != "distinct":
            continue
        if statement.name(opening - 1) not in ("listagg", ""):
            return "DISTINCT is not implemented for window functions"
    return None


@refusal("default of lag and lead", "r_WF_LAG.html", "lag", "lead")
def default_of_lag(statement: Statement) -> str | None:
    """Find LAG or LEAD with a third argument, the value for rows that have no other row."""
    for call in statement.calls_of("lag", "lead"):
        if len(statement.arguments(call.opening)) > 2:
            return f"Default parameter not be supported for window function {call.name}"
    return None


@refusal("qualify needs an alias", "r_QUALIFY_clause.html", "qualify")
def qualify_needs_alias(statement: Statement) -> str | None:
    """Find QUALIFY right after a FROM whose relation has no alias."""
    for place in statement.places("qualify"):
        relation = place - 1
        if not statement.is_name(relation):
            continue
        while statement.word(relation - 1) == ".":
            relation -= 2
        if statement.word(relation - 1) in ("from", "join"):
            return "QUALIFY directly after FROM needs an alias of the relation before it"
    return None


def _windows(statement: Statement) -> Iterator[tuple[str, int]]:
    """Yield each window: its function in lower case, "" if unknown, and the place of its parenthesis."""
    for place in statement.places("over", "("):
        opening = _arguments_before(statement, place)
        yield ("" if opening is None else statement.name(opening - 1)), place + 1


def _arguments_before(statement: Statement, place: int) -> int | None:
    """Return the parenthesis of the arguments before OVER, whose function may have IGNORE NULLS or WITHIN GROUP."""
    before = place - 1
    if statement.word(before) == "nulls":
        before -= 2
    if statement.word(before) != ")":
        return None
    opening = statement.partner[before]
    if statement.word(opening - 1) == "group" and statement.word(opening - 2) == "within":
        opening = statement.partner[opening - 3]
    return opening if opening > 0 else None
