"""Text in SQL where no parameter can stand: names, and paths in `load`, `attach`, `copy` and the shell's commands."""

from __future__ import annotations


def literal(text: object) -> str:
    """Return a text, such as a path, as a literal of DuckDB or of standard SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted(*names: str) -> str:
    """Return a name, or one with its database and schema before it, in double quotes."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)
