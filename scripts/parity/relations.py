"""What to compare: the staging models and marts of a manifest, with their key and the types that they promise."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Relation:
    """A model as a table: ``key`` are the columns that identify a row, all columns if the model names none.

    ``types`` is empty for a model without a contract, whose types are nobody's promise. The values of ``unlike``
    columns are not compared, those of ``personal`` ones not shown.
    """

    model: str
    schema: str
    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    types: dict[str, str]
    unlike: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()


def relations(manifest: dict[str, Any], built: Container[str], unlike: frozenset[str]) -> Iterator[Relation]:
    """Yield the staging models and marts of a project among those that were built, in the order of their names.

    ``manifest`` is DuckDB's; its Python models are compared as they are published. ``built`` has the unique ids of what
    was built, as dbt's run results give them; ``unlike`` the names of columns that are not the same on both sides by
    their nature.
    """
    keys = dict(_keys(manifest))
    for unique_id, node in sorted(manifest["nodes"].items()):
        if unique_id not in built or node["resource_type"] != "model" or not _is_compared(node):
            continue
        columns = tuple(node["columns"])
        has_contract = node["config"]["contract"]["enforced"]
        types = {name: column["data_type"] for name, column in node["columns"].items()} if has_contract else {}
        key = keys.get(unique_id, columns)
        name = (node["name"], node["schema"], node["alias"])
        yield Relation(*name, columns, key, types, unlike.intersection(columns), _personal(node))


def _is_compared(node: dict[str, Any]) -> bool:
    return bool(node["access"] == "public" or node["name"].startswith("stg_"))


def _personal(node: dict[str, Any]) -> frozenset[str]:
    columns = node["columns"].values()
    return frozenset(
        column["name"] for column in columns if column.get("config", {}).get("meta", {}).get("contains_personal_data")
    )


def _keys(manifest: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield models with the key that a test proves: the first of the columns and combinations that are unique."""
    for node in manifest["nodes"].values():
        test = node.get("test_metadata")
        if test and test["name"] == "checks" and (unique := test["kwargs"].get("unique")):
            key = unique[0]
            yield node["attached_node"], (key,) if isinstance(key, str) else tuple(key)
