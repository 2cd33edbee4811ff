"""Show on each column what grouped tests check of it.

`checks` and `foreign_keys` look at all columns of a model in one scan, so dbt has one test of the model where the docs
site, dbt-colibri and others look for one of each column. Here a copy of the manifest gets these; nothing runs them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_TESTS_OF_MACROS = "tests/dbt/macros/"


def with_tests_of_columns(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest with a test node for each column and check of a grouped test; it is changed in place.

    Tests of macros, which read no model, are taken out of the lineage.
    """
    nodes, children, parents = manifest["nodes"], manifest["child_map"], manifest["parent_map"]
    for test in [node for node in nodes.values() if node["resource_type"] == "test"]:
        if test["original_file_path"].startswith(_TESTS_OF_MACROS):
            test["docs"] = {"show": False}
            continue
        for number, (column, name, arguments, depends_on) in enumerate(_checks(test)):
            unique_id = f"{test['unique_id']}.{number}"
            on = [node for node in test["depends_on"]["nodes"] if node in depends_on] or test["depends_on"]["nodes"]
            nodes[unique_id] = {
                **test,
                "raw_code": "",
                "compiled_code": "",
                "unique_id": unique_id,
                "name": f"{test['name']}_{name}_{column}",
                "column_name": column,
                "test_metadata": {"name": name, "namespace": None, "kwargs": {"column_name": column, **arguments}},
                "depends_on": {**test["depends_on"], "nodes": on},
            }
            parents[unique_id], children[unique_id] = on, []
            for node in on:
                children.setdefault(node, []).append(unique_id)
    return manifest


def _checks(test: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], set[str]]]:
    """Yield column, name of the check, its arguments and the nodes that it reads, for each check of a grouped test."""
    metadata = test.get("test_metadata") or {}
    arguments, own = metadata.get("kwargs", {}), {test["attached_node"]} if test.get("attached_node") else set()
    if metadata.get("name") == "checks":
        for column in arguments.get("not_null", []):
            yield column, "not_null", {}, own
        for key in arguments.get("unique", []):
            for column in [key] if isinstance(key, str) else key:
                together = {} if isinstance(key, str) else {"combination_of_columns": key}
                yield column, "unique_combination_of_columns" if together else "unique", together, own
        for column, values in arguments.get("accepted_values", {}).items():
            yield column, "accepted_values", {"values": values}, own
        for column, limits in arguments.get("accepted_range", {}).items():
            yield column, "accepted_range", limits, own
    elif metadata.get("name") == "foreign_keys":
        for column, key in arguments.get("keys", {}).items():
            name = key["to"].removeprefix("ref('").removesuffix("')")
            other = {node for node in test["depends_on"]["nodes"] if node.endswith(f".{name}")}
            yield column, "relationships", {"to": key["to"], "field": key["field"]}, own | other
