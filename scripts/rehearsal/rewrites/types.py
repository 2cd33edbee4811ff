"""Types whose length or precision is left out: Redshift has a default where PostgreSQL has no limit."""

from __future__ import annotations

from scripts.rehearsal.lexer import NAME, QUOTED, closing, significant, tokens
from scripts.rehearsal.rewrites.editing import Tokens, following, preceding, replaced, word_at

_DEFAULTS = {
    "varchar": "varchar(256)",
    "nvarchar": "varchar(256)",
    "text": "varchar(256)",
    "bpchar": "char(256)",
    "nchar": "char(1)",
    "numeric": "numeric(18,0)",
    "decimal": "numeric(18,0)",
    "dec": "numeric(18,0)",
}
LONGEST_TEXT = "65535"


def lengthen_max(parts: Tokens) -> Tokens:
    """``varchar(max)`` -> ``varchar(65535)``."""
    for place in range(len(parts) - 1, -1, -1):
        before = preceding(parts, place)
        if (
            parts[place].word == "max"
            and word_at(parts, before) == "("
            and word_at(parts, preceding(parts, before)) in ("varchar", "nvarchar", "varying")
            and word_at(parts, following(parts, place)) == ")"
        ):
            parts = replaced(parts, place, place + 1, LONGEST_TEXT)
    return parts


def complete_types(parts: Tokens) -> Tokens:
    """Give bare types Redshift's default: ``cast(a as numeric)`` -> ``cast(a as numeric(18,0))``, also in columns."""
    in_columns = _column_types(parts)
    for place in range(len(parts) - 1, -1, -1):
        token = parts[place]
        if token.kind != NAME or (token.word not in _DEFAULTS and token.word != "varying"):
            continue
        after = following(parts, place)
        name = place
        if token.word == "varying":
            name = preceding(parts, place)
            if word_at(parts, name) != "character":
                continue
        if word_at(parts, after) == "(":
            if token.word in ("nvarchar", "nchar"):
                parts = replaced(parts, place, place + 1, token.word[1:])
            continue
        before = preceding(parts, name)
        is_cast = word_at(parts, before) == "::" or (
            word_at(parts, before) == "as" and word_at(parts, after) == ")" and _is_in_cast(parts, after)
        )
        if is_cast or name in in_columns:
            parts = replaced(parts, name, place + 1, _DEFAULTS.get(token.word, "varchar(256)"))
    return parts


def _is_in_cast(parts: Tokens, end: int) -> bool:
    """Is the parenthesis that closes at ``end`` that of a cast?"""
    depth = 0
    for place in range(end, -1, -1):
        depth += {")": 1, "(": -1}.get(parts[place].word, 0)
        if depth == 0:
            return word_at(parts, preceding(parts, place)) in ("cast", "try_cast")
    return False


def _column_types(parts: Tokens) -> set[int]:
    """Return where the types of column definitions begin: in CREATE TABLE (...) and ALTER TABLE ADD COLUMN."""
    words = [token.word for token in significant(parts[:40])]
    if words[:1] == ["alter"] and "column" in words:
        column = next(place for place, token in enumerate(parts) if token.word == "column")
        return {following(parts, following(parts, column))}
    if words[:1] != ["create"] or "table" not in words[:4]:
        return set()
    opening = next((place for place, token in enumerate(parts) if token.word in ("(", "as")), None)
    if opening is None or parts[opening].word == "as":
        return set()
    found, depth = set(), 0
    expects_name = False
    for place in range(opening, closing(parts, opening)):
        word = parts[place].word
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth == 1 and word in ("(", ","):
            expects_name = True
        elif expects_name and parts[place].kind in (NAME, QUOTED):
            found.add(following(parts, place))
            expects_name = False
    return found


__all__ = ["LONGEST_TEXT", "complete_types", "lengthen_max", "tokens"]
