"""Names: Redshift folds them to lower case, quoted or not."""

from __future__ import annotations

import re

from scripts.rehearsal.lexer import QUOTED, Token
from scripts.rehearsal.rewrites.editing import Tokens

MIXED_CASE = re.compile(r'"[^"]*[A-Z]')


def fold_quoted(parts: Tokens) -> Tokens:
    """``select 1 as "Total"`` -> ``select 1 as "total"``."""
    return [Token(QUOTED, token.text.lower(), "") if token.kind == QUOTED else token for token in parts]
