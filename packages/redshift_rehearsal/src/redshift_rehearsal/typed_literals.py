"""Literals that a view selects: on Redshift `select 1.23 as a, 'x' as b` is a numeric(3,2) and a varchar(1).

PostgreSQL would make them a numeric and a text of any length. The documentation does not name these types;
dbt-redshift's own tests of the columns of a view do.
"""

from __future__ import annotations

import re

from redshift_rehearsal.lexer import NUMBER, STRING, Token, closing, significant_places, split_arguments, top_level
from redshift_rehearsal.rewrites.editing import Tokens, following, raw, word_at

_SETS = frozenset(("union", "except", "minus", "intersect"))
_NUMBER = re.compile(r"(\d*)\.(\d+)")


def rewrite(parts: Tokens, start: int) -> Tokens:
    """Write the types of the literals that the query from place ``start`` on selects; return the same list without."""
    end = len(parts)
    while word_at(parts, first := following(parts, start - 1)) == "(":
        start, end = first + 1, closing(parts, first)
    inside = [start + place for place in top_level(parts[start:end])]
    words = [parts[place].word for place in inside]
    if "select" not in words or not _SETS.isdisjoint(words):
        return parts
    select = words.index("select")
    last = next((place for place, word in enumerate(words) if place > select and word == "from"), None)
    until = end if last is None else inside[last]
    changed = list(parts)
    place = inside[select] + 1
    for item in split_arguments(parts[place:until]):
        for literal, written in _typed(item):
            changed[place + literal] = raw(written)
        place += len(item) + 1
    return changed


def _typed(item: list[Token]) -> list[tuple[int, str]]:
    """Return what is to be written at which place of an item of a select list, if it is a literal with a name."""
    places = significant_places(item)
    words = [item[place].word for place in places]
    kinds = [item[place].kind for place in places]
    is_named = len(places) == 2 or (len(places) == 3 and words[1] == "as")
    if is_named and kinds[0] == NUMBER and (number := _NUMBER.fullmatch(item[places[0]].text)):
        return [(places[0], f"{number[0]}::numeric({len(number[1]) + len(number[2])},{len(number[2])})")]
    if is_named and kinds[0] == STRING:
        return [(places[0], f"{item[places[0]].text}::{_varchar(item[places[0]])}")]
    # To TEXT it is cast without a change.
    if kinds[:1] == [STRING] and words[1:3] == ["::", "text"] and len(places) <= 5:
        return [(places[2], _varchar(item[places[0]]))]
    if words[:2] == ["cast", "("] and kinds[2:3] == [STRING] and words[3:6] == ["as", "text", ")"] and len(places) <= 8:
        return [(places[4], _varchar(item[places[2]]))]
    return []


def _varchar(literal: Token) -> str:
    """Return the type of a text: its length is in bytes."""
    if not literal.text.startswith("'"):
        return "text"
    text = re.sub(r"\\(.)|'(')", r"\1\2", literal.text[1:-1], flags=re.DOTALL)
    return f"varchar({max(len(text.encode()), 1)})"
