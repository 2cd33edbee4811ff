"""Clauses of a query: TOP, MINUS."""

from __future__ import annotations

from scripts.rehearsal.lexer import NUMBER
from scripts.rehearsal.rewrites.editing import Tokens, following, preceding, replaced, word_at

SET_OPERATORS = ("union", "intersect", "except", "minus")


def limit_by_top(parts: Tokens) -> Tokens:
    """``select top 10 a from t`` -> ``select a from t limit 10``."""
    for place in range(len(parts) - 1, -1, -1):
        number = following(parts, place)
        if (
            parts[place].word == "top"
            and word_at(parts, preceding(parts, place)) in ("select", "distinct")
            and number < len(parts)
            and parts[number].kind == NUMBER
        ):
            end = end_of_query(parts, place)
            parts = replaced(parts, end, end, f" limit {parts[number].text} ")
            parts = replaced(parts, place, following(parts, number), "")
    return parts


def end_of_query(parts: Tokens, place: int) -> int:
    """Return where the query ends whose tokens ``place`` stands among: a closing parenthesis, a set operator, the end."""
    depth = 0
    for at in range(place, len(parts)):
        word = parts[at].word
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth < 0 or (depth == 0 and (word == ";" or word in SET_OPERATORS)):
            return at
    return len(parts)


def rename_minus(parts: Tokens) -> Tokens:
    """``select ... minus select ...`` -> ``select ... except select ...``."""
    for place in range(len(parts) - 1, -1, -1):
        if parts[place].word == "minus" and word_at(parts, following(parts, place)) in ("select", "(", "with"):
            parts = replaced(parts, place, place + 1, "except")
    return parts
