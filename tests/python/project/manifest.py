"""What a parsed dbt project declares, read from its manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.python.dbt_project import PROJECT

Node = dict[str, Any]


def nodes(manifest: Node, *resource_types: str) -> list[Node]:
    """Return the project's own nodes of these types; there has to be one, else a test would look at nothing."""
    found = [
        node
        for node in manifest["nodes"].values()
        if node["package_name"] == PROJECT and node["resource_type"] in resource_types
    ]
    assert found, f"the project has no {' or '.join(resource_types)}"
    return found


def own(manifest: Node, section: str) -> list[Node]:
    """Return the project's own entries of another section (sources, macros, exposures, ...); there has to be one."""
    found = [entry for entry in manifest[section].values() if entry["package_name"] == PROJECT]
    assert found, f"the project has no {section}"
    return found


def models(manifest: Node) -> list[Node]:
    """Return the project's models."""
    return nodes(manifest, "model")


def marts(manifest: Node) -> list[Node]:
    """Return the models that others build on."""
    return [model for model in models(manifest) if layer(model) == "marts"]


def predictions(manifest: Node) -> list[Node]:
    """Return the Python models; DuckDB alone has them."""
    return [model for model in models(manifest) if layer(model) == "predictions"]


def layer(node: Node) -> str:
    """Return the layer of a node: source, seed, snapshot, base, staging, intermediate, marts, history ..."""
    if node["resource_type"] != "model":
        return node["resource_type"]
    folders = _folders(node)
    return folders[-1] if folders[-1] in {"base", "history"} else folders[1]


def domain(mart: Node) -> str:
    """Return the folder of a mart: core, sales, marketing ..."""
    return _folders(mart)[2]


def parents(manifest: Node, node: Node) -> Iterator[Node]:
    """Return the relations that a node reads."""
    for unique_id in node["depends_on"]["nodes"]:
        if not unique_id.startswith("metric."):
            yield manifest["sources"].get(unique_id) or manifest["nodes"][unique_id]


def _folders(node: Node) -> tuple[str, ...]:
    return Path(node["original_file_path"]).parent.parts
