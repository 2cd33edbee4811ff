"""Names: Redshift folds them to lower case, quoted or not; those of the tables of materialized views."""

from __future__ import annotations

import re

from redshift_rehearsal.lexer import QUOTED, STRING, Token
from redshift_rehearsal.rewrites.editing import Edit, Tokens, preceding, word_at


def fold_quoted(parts: Tokens) -> Tokens:
    """``select 1 as "Total"`` -> ``select 1 as "total"``."""
    return [Token(QUOTED, token.text.lower(), "") if token.kind == QUOTED else token for token in parts]


def quote_word(parts: Tokens, place: int) -> Edit:
    """``select returning from t`` -> ``select "returning" from t``: reserved in PostgreSQL, a name on Redshift.

    Where it is no name, Redshift has no such clause: PostgreSQL then finds the syntax wrong, as it should.
    """
    return Edit(place, place + 1, f'"{parts[place].word}"')


_TABLE_OF_VIEW = re.compile(r"mv_tbl__(.+?)__0")


def view_of_its_table(parts: Tokens, place: int) -> Edit | None:
    """``'mv_tbl__v__0'::regclass`` -> ``'v'::regclass``: here a materialized view holds its rows itself."""
    literal = preceding(parts, preceding(parts, place))
    if literal < 0 or parts[literal].kind != STRING or word_at(parts, preceding(parts, place)) != "::":
        return None
    named = _TABLE_OF_VIEW.sub(r"\1", parts[literal].text)
    return Edit(literal, literal + 1, named) if named != parts[literal].text else None
