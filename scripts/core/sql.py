"""Text in SQL where no parameter can stand (`load`, `attach`, `copy ... to`, the shell's own commands)."""

from __future__ import annotations


def literal(text: object) -> str:
    """Return a text, such as a path, as a literal of DuckDB or of standard SQL."""
    return "'" + str(text).replace("'", "''") + "'"
