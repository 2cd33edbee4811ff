"""CASE without ELSE: PostgreSQL forgets the length of its type, because the NULL that is left has none.

``case when a then cast(b as decimal(8, 2)) end`` is a decimal(8, 2) on Redshift and a bare numeric here, which dbt
would take for numeric(18, 0) when it writes the casts of a unit test. So the NULL is written, typed as the others.
"""

from __future__ import annotations

from redshift_rehearsal.lexer import BLANK, Token, closing, text_of, tokens
from redshift_rehearsal.refusals.statement import Statement

_CASTS = ("cast", "try_cast")


def rewrite(parts: list[Token], statement: Statement) -> list[Token]:
    """Give every CASE whose results are all casts to one type, and that has no ELSE, a NULL of that type."""
    if not any(statement.word(place + 1) in _CASTS for place in statement.places("then")):
        return parts
    parts = list(parts)
    for case in [place for place, token in enumerate(parts) if token.word == "case"][::-1]:
        _complete(parts, case)
    return parts


def _complete(parts: list[Token], case: int) -> None:
    """Write ELSE into the CASE that begins at a place, where it lacks and its type is plain to see."""
    types: set[str] = set()
    place, depth = case + 1, 0
    while place < len(parts):
        word = parts[place].word
        if word == "(":
            place = closing(parts, place)
        elif word == "case":
            depth += 1
        elif word == "end" and depth:
            depth -= 1
        elif not depth and word == "then":
            types.add(_type_of_cast(parts, place))
        elif not depth and word in ("else", "end"):
            if word == "end" and len(types) == 1 and "" not in types:
                parts[place:place] = tokens(f"else cast(null as {types.pop()}) ")
            return
        place += 1


def _type_of_cast(parts: list[Token], then: int) -> str:
    """Return the type if the result after THEN is a cast and nothing else; "" if it is not."""
    words = [place for place in range(then + 1, min(then + 6, len(parts))) if parts[place].kind not in BLANK]
    if len(words) < 2 or parts[words[0]].word not in _CASTS or parts[words[1]].word != "(":
        return ""
    end = closing(parts, words[1])
    after = next((token.word for token in parts[end + 1 :] if token.kind not in BLANK), "")
    if after not in ("when", "end", "else"):
        return ""
    depth = 0
    for place in range(end, words[1], -1):  # the last "as" that is in no inner bracket
        word = parts[place].word
        depth += (word == ")") - (word == "(")
        if word == "as" and depth == 1:
            return text_of(parts[place + 1 : end]).strip()
    return ""
