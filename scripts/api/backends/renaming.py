"""The marts' names in SQL, exchanged for those of what is published."""

from __future__ import annotations

import re
from collections.abc import Mapping


class Names:
    """Exchanges relations, as ``"tickit"."tickit_core"."dim_users"``, for others; texts stay as they are."""

    def __init__(self, others: Mapping[str, str]) -> None:
        self._others = others
        # A text comes first: what looks like a table in it is none.
        self._found = re.compile("|".join([r"'(?:[^']|'')*'", *map(re.escape, others)]))

    def exchange(self, sql: str) -> str:
        """Return the SQL with the other names."""
        return self._found.sub(lambda found: self._others.get(found[0], found[0]), sql)
