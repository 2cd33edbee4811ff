"""Aggregates and window functions that PostgreSQL has not, or has without OVER."""

from __future__ import annotations

from scripts.rehearsal.lexer import closing, tokens
from scripts.rehearsal.rewrites.editing import (
    Call,
    Edit,
    Tokens,
    following,
    preceding,
    replaced,
    rewrite_calls,
    text_between,
    word_at,
)


def aggregate_text(parts: Tokens) -> Tokens:
    """``listagg(distinct a, ', ') within group (order by b) over (partition by c)`` -> string_agg or rs.listagg_distinct.

    PostgreSQL orders a window aggregate by its window, so the order moves there, with a frame of the whole partition.
    """
    return rewrite_calls(parts, ("listagg",), _listagg)


def _listagg(parts: Tokens, call: Call) -> Edit | None:
    if not call.arguments or len(call.arguments) > 2:
        return None
    value, delimiter = [*call.arguments, "''"][:2]
    first = tokens(value)
    is_distinct = word_at(first, 0) == "distinct"
    if word_at(first, 0) in ("distinct", "all"):
        value = text_between(first, 1, len(first))
    function = "rs.listagg_distinct" if is_distinct else "string_agg"
    arguments = f"({value})::text, {delimiter}"
    order, end = _within_group(parts, call.end)
    window, end = _over(parts, end)
    if window is None:
        return Edit(call.start, end, f"{function}({arguments}{order and ' ' + order})::varchar(65535)")
    frame = f"{order} rows between unbounded preceding and unbounded following" if order else ""
    return Edit(call.start, end, f"({function}({arguments}) over ({window} {frame}))::varchar(65535)")


def _within_group(parts: Tokens, end: int) -> tuple[str, int]:
    """Return ``order by ...`` of a WITHIN GROUP that follows the call, "" if none does, and where what follows begins."""
    within = following(parts, end - 1)
    group = following(parts, within)
    opening = following(parts, group)
    if (word_at(parts, within), word_at(parts, group), word_at(parts, opening)) != ("within", "group", "("):
        return "", end
    close = closing(parts, opening)
    return text_between(parts, opening + 1, close), close + 1


def _over(parts: Tokens, end: int) -> tuple[str | None, int]:
    """Return what stands in the parentheses of an OVER that follows, None if none does, and where the rest begins."""
    over = following(parts, end - 1)
    opening = following(parts, over)
    if word_at(parts, over) != "over" or word_at(parts, opening) != "(":
        return None, end
    close = closing(parts, opening)
    return text_between(parts, opening + 1, close), close + 1


def compute_percentiles(parts: Tokens) -> Tokens:
    """``percentile_cont(0.5) within group (order by a) over (partition by b)`` -> ``rs.percentile_cont(a, 0.5) over``.

    PostgreSQL's ordered-set aggregates take no OVER and make a double of a decimal.
    """
    return rewrite_calls(parts, ("percentile_cont", "percentile_disc"), _percentile)


def _percentile(parts: Tokens, call: Call) -> Edit | None:
    order, end = _within_group(parts, call.end)
    words = tokens(order)
    by = next((place for place, token in enumerate(words) if token.word == "by"), None)
    if len(call.arguments) != 1 or by is None:
        return None
    last = preceding(words, len(words))
    descending = word_at(words, last) == "desc"
    if word_at(words, last) in ("asc", "desc"):
        words = words[:last]
    value = text_between(words, by + 1, len(words))
    fraction = f"1 - ({call.arguments[0]})" if descending and call.name == "percentile_cont" else call.arguments[0]
    name = f"{call.name}_desc" if descending and call.name == "percentile_disc" else call.name
    return Edit(call.start, end, f"rs.{name}({value}, ({fraction})::float8)")


def divide_by_sum(parts: Tokens) -> Tokens:
    """``ratio_to_report(a) over (...)`` -> ``a / sum(a) over (...)`` as a double."""
    return rewrite_calls(parts, ("ratio_to_report",), _ratio)


def _ratio(parts: Tokens, call: Call) -> Edit | None:
    window, end = _over(parts, call.end)
    if len(call.arguments) != 1 or window is None:
        return None
    value = f"({call.arguments[0]})::float8"
    return Edit(call.start, end, f"({value} / sum({value}) over ({window}))")


def count_exactly(parts: Tokens) -> Tokens:
    """``approximate count(distinct a)`` -> ``count(distinct a)``: an estimate may be exact."""
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].word == "approximate" and word_at(parts, following(parts, place)) in (
            "count",
            "percentile_disc",
        ):
            parts = replaced(parts, place, following(parts, place), "")
    return parts
