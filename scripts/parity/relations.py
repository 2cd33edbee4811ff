"""What to compare: the staging models and marts of a manifest, with their key and the types that they promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# The tag of what needs the Python models, and of these.
PYTHON = "python"


@dataclass(frozen=True)
class Relation:
    """A model as a table: ``key`` are the columns that identify a row, all columns if the model names none.

    ``types`` is empty for a model without a contract, whose types are nobody's promise.
    """

    model: str
    schema: str
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    types: dict[str, str]


def relations(manifest: dict, *, with_python: bool = True) -> Iterator[Relation]:
    """Yield the staging models and marts of a parsed project, in the order of their names.

    Of DuckDB's manifest. ``with_python``: the Python models too, as they are published, and what joins them.
    """
    keys = dict(_keys(manifest))
    for unique_id, node in sorted(manifest["nodes"].items()):
        if node["resource_type"] != "model" or not _is_compared(node, with_python):
            continue
        columns = tuple(node["columns"])
        has_contract = node["config"]["contract"]["enforced"]
        types = {name: column["data_type"] for name, column in node["columns"].items()} if has_contract else {}
        key = keys.get(unique_id, columns)
        yield Relation(node["name"], node["schema"], node["alias"], columns, key, types)


def _is_compared(node: dict, with_python: bool) -> bool:
    if PYTHON in node["tags"]:
        return with_python
    return node["access"] == "public" or node["name"].startswith("stg_")


def _keys(manifest: dict) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield models with the key that a test proves: the first of the columns and combinations that are unique."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata")
        if test and test["name"] == "checks" and (unique := test["kwargs"].get("unique")):
            key = unique[0]
            yield node["attached_node"], (key,) if isinstance(key, str) else tuple(key)
