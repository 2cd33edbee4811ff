"""Names: Redshift folds them to lower case, quoted or not."""

from __future__ import annotations

from redshift_rehearsal.lexer import QUOTED, Token
from redshift_rehearsal.rewrites.editing import Edit, Tokens


def fold_quoted(parts: Tokens) -> Tokens:
    """``select 1 as "Total"`` -> ``select 1 as "total"``."""
    return [Token(QUOTED, token.text.lower(), "") if token.kind == QUOTED else token for token in parts]


def quote_word(parts: Tokens, place: int) -> Edit:
    """``select returning from t`` -> ``select "returning" from t``: reserved in PostgreSQL, a name on Redshift.

    Where it is no name, Redshift has no such clause: PostgreSQL then finds the syntax wrong, as it should.
    """
    return Edit(place, place + 1, f'"{parts[place].word}"')
