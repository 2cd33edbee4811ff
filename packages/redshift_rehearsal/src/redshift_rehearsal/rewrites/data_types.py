"""Types whose length or precision is left out: Redshift has a default where PostgreSQL has no limit."""

from __future__ import annotations

from redshift_rehearsal.lexer import NAME, QUOTED, Token
from redshift_rehearsal.rewrites.editing import Edit, Tokens, call_at, following, preceding, word_at

DEFAULTS = {
    "varchar": "varchar(256)",
    "character varying": "varchar(256)",
    "nvarchar": "varchar(256)",
    "text": "varchar(256)",
    "bpchar": "char(256)",
    "nchar": "char(1)",
    "numeric": "numeric(18,0)",
    "decimal": "numeric(18,0)",
    "dec": "numeric(18,0)",
}
# PostgreSQL has no such names.
_NATIONAL = {"nvarchar": "varchar", "nchar": "char"}
# With a length or precision, there is nothing to do.
MAY_BE_COMPLETE = DEFAULTS.keys() - _NATIONAL.keys()
_TEXTS = ("varchar", "nvarchar", "varying")


def completed(wanted: str) -> str:
    """Return a type as PostgreSQL takes it, with Redshift's default where length or precision is left out."""
    name, parenthesis, modifiers = wanted.lower().partition("(")
    name = " ".join(name.split())
    if not parenthesis:
        return DEFAULTS.get(name, wanted)
    return f"{_NATIONAL.get(name, name)}({'65535)' if modifiers.strip() == 'max)' else modifiers}"


def lengthen_max(parts: Tokens, place: int) -> Edit | None:
    """``varchar(max)`` -> ``varchar(65535)``."""
    before = preceding(parts, place)
    if word_at(parts, before) != "(" or word_at(parts, preceding(parts, before)) not in _TEXTS:
        return None
    return Edit(place, place + 1, "65535")


def complete_type(parts: Tokens, place: int) -> Edit | None:
    """Give a bare type Redshift's default: ``cast(a as numeric)`` -> ``cast(a as numeric(18,0))``; also in columns."""
    name, word = place, parts[place].word
    if word == "varying":
        name, word = preceding(parts, place), "character varying"
        if word_at(parts, name) != "character":
            return None
    after = following(parts, place)
    if word_at(parts, after) == "(":
        return Edit(place, place + 1, _NATIONAL[word]) if word in _NATIONAL else None
    before = word_at(parts, preceding(parts, name))
    is_cast = before == "::" or (before == "as" and _closes_cast(parts, after))
    if is_cast and word == "text" and not _makes_table(parts):
        # Only in a column is TEXT a VARCHAR(256).
        return None
    return Edit(name, place + 1, DEFAULTS[word]) if is_cast or _is_column_definition(parts, name) else None


def _makes_table(parts: Tokens) -> bool:
    """Return whether a statement begins with CREATE TABLE, CREATE TEMP TABLE and the like."""
    words = [token.word for token in parts[:12] if token.word]
    return words[:1] == ["create"] and "table" in words[:4]


def _closes_cast(parts: Tokens, end: int) -> bool:
    """Return whether the token at ``end`` is the parenthesis that closes a cast."""
    if word_at(parts, end) != ")":
        return False
    depth = 0
    for place in range(end, -1, -1):
        depth += {")": 1, "(": -1}.get(parts[place].word, 0)
        if depth == 0:
            return word_at(parts, preceding(parts, place)) in ("cast", "try_cast")
    return False


def _is_column_definition(parts: Tokens, place: int) -> bool:
    """Return whether a type is at ``place``: after a name, in CREATE TABLE (...) or ALTER TABLE ADD COLUMN."""
    first = word_at(parts, following(parts, -1))
    column = preceding(parts, place)
    if first not in ("create", "alter") or not _is_name(parts[column]):
        return False
    before = word_at(parts, preceding(parts, column))
    if first == "alter":
        return before in ("add", "column")
    # CREATE TABLE ... AS (SELECT ...) has no definitions.
    opening = next((token.word for token in parts[:place] if token.word in ("(", "as")), None)
    return before in ("(", ",") and opening == "("


def _is_name(token: Token) -> bool:
    return token.kind in (NAME, QUOTED)


_COLLATIONS = ("case_sensitive", "cs", "case_insensitive", "ci")


def drop_collation(parts: Tokens, place: int) -> Edit | None:
    """Leave collations out: ``varchar(9) collate case_insensitive`` -> ``varchar(9)``, ``collate(a, 'ci')`` -> ``(a)``.

    So they are without effect: PostgreSQL compares without case by ICU only, which our build has not.
    """
    call = call_at(parts, place)
    if call is None:
        name = following(parts, place)
        return Edit(place, name + 1, "") if word_at(parts, name) in _COLLATIONS else None
    if len(call.arguments) != 2 or call.arguments[1].strip("'").lower() not in _COLLATIONS:
        return None
    return Edit(call.start, call.end, f"({call.arguments[0]})")
