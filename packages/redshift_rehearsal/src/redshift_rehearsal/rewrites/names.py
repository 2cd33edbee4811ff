"""Names: Redshift folds them to lower case, quoted or not; those of the tables of materialized views; long ones."""

from __future__ import annotations

import re

from redshift_rehearsal.lexer import QUOTED, STRING, Token, text_of, tokens
from redshift_rehearsal.long_names import shortened
from redshift_rehearsal.refusals.statement import Statement
from redshift_rehearsal.rewrites.editing import Edit, Tokens, preceding, word_at


def fold_quoted(parts: Tokens) -> Tokens:
    """``select 1 as "Total"`` -> ``select 1 as "total"``."""
    return [Token(QUOTED, token.text.lower(), "") if token.kind == QUOTED else token for token in parts]


def quote_word(parts: Tokens, place: int) -> Edit:
    """``select returning from t`` -> ``select "returning" from t``: reserved in PostgreSQL, a name on Redshift.

    Where it is no name, Redshift has no such clause: PostgreSQL then finds the syntax wrong, as it should.
    """
    return Edit(place, place + 1, f'"{parts[place].word}"')


_SHORTEST = 16  # characters of a literal that may hold a name of more than 63 bytes
_OF_CATALOGS = re.compile(r"\b((pg|svv|svl|stv|stl|sys|has)_\w+|information_schema|regclass|show)\b", re.IGNORECASE)


def shorten_in_literals(parts: Tokens, statement: Statement) -> Tokens:
    """Give long names in literals as `lexer` does those outside of them, where a literal is compared with names.

    These are the statements that read a catalog, and the bodies of functions and procedures. Data stays as it is.
    """
    if not any(len(statement.parts[place].text) > _SHORTEST for place in statement.places("")):
        return parts
    makes_body = statement.word(0) == "create" and not {"function", "procedure"}.isdisjoint(statement.words[1:5])
    quoted = {name.lower() for name in statement.quoted}
    if not makes_body and not any(_OF_CATALOGS.fullmatch(word) for word in statement.present | quoted):
        return parts
    return [
        Token(STRING, names_in_text(token.text), "") if token.kind == STRING and len(token.text) > _SHORTEST else token
        for token in parts
    ]


def reads_catalog(sql: str) -> bool:
    """Say whether a statement names what holds names."""
    return bool(_OF_CATALOGS.search(sql))


_TABLE_OF_VIEW = re.compile(r"mv_tbl__(.+?)__(?=0|%)")
_TAG = re.compile(r"\$\w*\$")


def names_in_text(literal: str) -> str:
    """Return a literal with the long names in it as `lexer` gives them."""
    tag = _TAG.match(literal)
    end = tag.end() if tag else 1
    inside = literal[end:-end]
    if _TABLE_OF_VIEW.search(inside):
        inside = _TABLE_OF_VIEW.sub(lambda match: f"mv_tbl__{shortened(match[1])}__", inside)
    else:
        words = text_of(tokens(inside))
        # A name of several words is one, too.
        inside = shortened(inside) if words == inside and not tag else words
    return literal[:end] + inside + literal[-end:]


_VIEW_OF_TABLE = re.compile(r"mv_tbl__(.+?)__0")


def view_of_its_table(parts: Tokens, place: int) -> Edit | None:
    """``'mv_tbl__v__0'::regclass`` -> ``'v'::regclass``: here a materialized view holds its rows itself."""
    literal = preceding(parts, preceding(parts, place))
    if literal < 0 or parts[literal].kind != STRING or word_at(parts, preceding(parts, place)) != "::":
        return None
    named = _VIEW_OF_TABLE.sub(r"\1", parts[literal].text)
    return Edit(literal, literal + 1, named) if named != parts[literal].text else None
