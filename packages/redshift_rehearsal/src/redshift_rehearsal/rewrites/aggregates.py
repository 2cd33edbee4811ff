"""Aggregates and window functions that PostgreSQL has not, or has without OVER."""

from __future__ import annotations

import re

from redshift_rehearsal.lexer import closing, text_of, tokens
from redshift_rehearsal.rewrites.editing import (
    Call,
    Edit,
    Tokens,
    following,
    of_call,
    preceding,
    replaced,
    text_between,
    word_at,
)


@of_call
def aggregate_text(parts: Tokens, call: Call) -> Edit | None:
    """``listagg(a, ', ') within group (order by b)`` -> ``string_agg(a, ', ' order by b)``, also over a window.

    PostgreSQL orders a window aggregate by its window, so the order moves there, with a frame of the whole partition.
    """
    if not call.arguments or len(call.arguments) > 2:
        return None
    value, delimiter = [*call.arguments, "''"][:2]
    first = tokens(value)
    is_distinct = word_at(first, 0) == "distinct"
    if word_at(first, 0) in ("distinct", "all"):
        value = text_between(first, 1, len(first))
    function = "rs.listagg_distinct" if is_distinct else "string_agg"
    # Empty texts are ignored, as NULL is.
    arguments = f"nullif(({value})::text, ''), {delimiter}"
    order, end = _within_group(parts, call.end)
    window, end = _over(parts, end)
    if window is None:
        return Edit(call.start, end, f"{function}({arguments}{order and ' ' + order})::varchar(65535)")
    frame = f"{order} rows between unbounded preceding and unbounded following" if order else ""
    return Edit(call.start, end, f"({function}({arguments}) over ({window} {frame}))::varchar(65535)")


def _within_group(parts: Tokens, end: int) -> tuple[str, int]:
    """Return ``order by ...`` of a WITHIN GROUP that follows, "" if none does, and where the rest begins."""
    within = following(parts, end - 1)
    group = following(parts, within)
    opening = following(parts, group)
    if (word_at(parts, within), word_at(parts, group), word_at(parts, opening)) != ("within", "group", "("):
        return "", end
    close = closing(parts, opening)
    return text_between(parts, opening + 1, close), close + 1


def _over(parts: Tokens, end: int) -> tuple[str | None, int]:
    """Return the content of the parentheses of an OVER that follows, None if none does, and where the rest begins."""
    over = following(parts, end - 1)
    opening = following(parts, over)
    if word_at(parts, over) != "over" or word_at(parts, opening) != "(":
        return None, end
    close = closing(parts, opening)
    return text_between(parts, opening + 1, close), close + 1


@of_call
def compute_percentile(parts: Tokens, call: Call) -> Edit | None:
    """``percentile_cont(0.5) within group (order by a)`` -> ``rs.percentile_cont(rs.sorted(a), 0.5)``, also with OVER.

    PostgreSQL's ordered-set aggregates take no OVER and make a double of a decimal.
    """
    order, end = _within_group(parts, call.end)
    words = tokens(order)
    by = next((place for place, token in enumerate(words) if token.word == "by"), None)
    if len(call.arguments) != 1 or by is None:
        return None
    fraction, name = f"({call.arguments[0]})::float8", call.name
    last = preceding(words, len(words))
    direction = word_at(words, last)
    if direction == "desc" and name == "percentile_cont":
        fraction = f"1 - {fraction}"
    elif direction == "desc":
        name = "percentile_disc_desc"
    value = text_between(words, by + 1, last if direction in ("asc", "desc") else len(words))
    window, end = _over(parts, end)
    return Edit(call.start, end, f"rs.{name}(rs.sorted({value}){_as_over(window)}, {fraction})")


@of_call
def find_median(parts: Tokens, call: Call) -> Edit | None:
    """``median(a) over (...)`` -> ``rs.percentile_cont(rs.sorted(a) over (...), 0.5)``."""
    if len(call.arguments) != 1:
        return None
    window, end = _over(parts, call.end)
    return Edit(call.start, end, f"rs.percentile_cont(rs.sorted({call.arguments[0]}){_as_over(window)}, 0.5)")


def _as_over(window: str | None) -> str:
    return "" if window is None else f" over ({window})"


@of_call
def divide_by_sum(parts: Tokens, call: Call) -> Edit | None:
    """``ratio_to_report(a) over (...)`` -> ``a / sum(a) over (...)`` as a double."""
    window, end = _over(parts, call.end)
    if len(call.arguments) != 1 or window is None:
        return None
    value = f"({call.arguments[0]})::float8"
    return Edit(call.start, end, f"({value} / sum({value}) over ({window}))")


# FIRST_VALUE(a IGNORE NULLS), as it may also be written.
_INSIDE = re.compile(r"\s+(ignore|respect)\s+nulls$", re.IGNORECASE)

# Function -> the aggregate that passes over NULL, and the frame that it looks at if not that of its window.
_NOT_NULL = {
    "first_value": ("rs.first_not_null", ""),
    "last_value": ("rs.last_not_null", ""),
    "lag": ("rs.last_not_null", " rows between unbounded preceding and 1 preceding"),
    "lead": ("rs.first_not_null", " rows between 1 following and unbounded following"),
}


@of_call
def ignore_nulls(parts: Tokens, call: Call) -> Edit | None:
    """``last_value(a) ignore nulls over (...)`` -> ``rs.last_not_null(a) over (...)``, an aggregate over the frame.

    LAG and LEAD are such values of the rows before or after, by more than one row from a list of them.
    ``last_value(a ignore nulls)`` is the same.
    """
    inside = _INSIDE.search(call.arguments[-1]) if call.arguments else None
    if inside:
        moved = f"{text_between(parts, call.start, call.end - 1)}"
        moved = moved[: len(moved.rstrip()) - len(inside[0])]
        chosen = f"{moved}) {inside[1]} nulls"
        window, end = _over(parts, call.end)
        if window is None:
            return None
        rebuilt = tokens(f"{chosen} over ({window})")
        edit = ignore_nulls(rebuilt, 0)
        return None if edit is None else Edit(call.start, end, text_of(replaced(rebuilt, *edit)))
    choice = following(parts, call.end - 1)
    nulls = following(parts, choice)
    if word_at(parts, nulls) != "nulls" or word_at(parts, choice) not in ("ignore", "respect"):
        return None
    if word_at(parts, choice) == "respect":
        return Edit(choice, nulls + 1, "")
    window, end = _over(parts, nulls + 1)
    offset = call.arguments[1:]
    if window is None or len(call.arguments) > 2 or (offset and not offset[0].isdigit()):
        return None
    function, frame = _NOT_NULL[call.name]
    if offset and not frame:
        return None
    if offset not in ([], ["1"]):
        if offset == ["0"]:
            return None
        position = offset[0] if call.name == "lead" else f"-{offset[0]}"
        return Edit(call.start, end, f"rs.nth_not_null({call.arguments[0]}, {position}) over ({window}{frame})")
    return Edit(call.start, end, f"{function}({call.arguments[0]}) over ({window}{frame})")


def count_exactly(parts: Tokens, place: int) -> Edit | None:
    """``approximate count(distinct a)`` -> ``count(distinct a)``: an estimate may be exact."""
    function = following(parts, place)
    # percentile_disc, which comes after it, is a function of schema rs by now.
    return Edit(place, function, "") if word_at(parts, function) in ("count", "rs") else None
