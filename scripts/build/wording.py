"""What a dbt test found, in one sentence: which model, which column, what is wrong with how many rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any


def what_is_wrong(node: Any, failures: int) -> str:
    """Return the sentence for a test, a node of dbt's manifest, whose query returned ``failures`` rows."""
    if not is_generic(node):
        return f"{node.name}. {_leading_comment(node.raw_code)}"
    metadata = node.test_metadata
    model = node.attached_node.split(".", 2)[2] if node.attached_node else "a model"
    place = f"{node.column_name} of {model}" if node.column_name else model
    rows = _Counted(failures)
    describe = _GENERIC.get(metadata.name)
    said = describe(rows, metadata.kwargs) if describe else f"{rows} fail the test {metadata.name}"
    return f"{place}: {said}"


def is_grouped(node: Any) -> bool:
    """Is the test one of many checks (tests/dbt/generic)? Its rows are sentences, one for each check that failed."""
    return is_generic(node) and node.test_metadata.name in ("checks", "foreign_keys", "history_of")


def is_generic(node: object) -> bool:
    """Is the test one of a model or column, declared in YAML? Otherwise it is a query of its own."""
    return getattr(node, "test_metadata", None) is not None


class _Counted(int):
    """A number of things: ``f"{number:value}"`` is "1 value" or "1,234 values"; without a format, of rows."""

    def __format__(self, noun: str) -> str:
        return f"{int(self):,} {noun or 'row'}{'s' if self != 1 else ''}"


# Name of the test -> what the rows that it returns have in common, given their number and the test's arguments.
_GENERIC: dict[str, Callable[[_Counted, dict[str, Any]], str]] = {
    "accepted_values": lambda values, test: f"{values:value} not among {', '.join(map(str, test['values']))}",
    "has_declared_columns": lambda columns, _: f"{columns:column} not as declared",
    "not_null": lambda rows, _: f"{rows} without a value",
    "relationships": lambda rows, test: f"{rows} with a key that is not in {test['field']} of {_relation(test['to'])}",
    "unique": lambda values, _: f"{values:value} on more than one row",
}


def _relation(call: str) -> str:
    """``ref('a')`` -> a, ``source('a', 'b')`` -> a.b."""
    return ".".join(re.findall(r"'([^']+)'", call)) or call


def _leading_comment(sql: str) -> str:
    """Return the words of the comment that a query begins with: our tests say there what they guard."""
    words = []
    for line in sql.strip().splitlines():
        if not line.startswith("--"):
            break
        words.append(line.removeprefix("--").strip())
    return " ".join(words)
