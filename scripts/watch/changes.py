"""What a save changed, by dbt's own `state:modified`, and what is built for it.

A node is known by dbt's unique id, such as ``model.tickit_lakehouse.fct_sales``. Manifests are dbt's objects: the one
before only serves to compare with, so what dbt left in it does no harm.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from dbt.graph.selector_methods import StateSelectorMethod

_HISTORY = "only `make run` writes history"
_STAGED = "`make run` registers its files and builds what reads it"
_TABLES = ("model", "seed")


def changed(old: Any, new: Any) -> set[str]:
    """Return the ids of models, seeds, snapshots, tests, analyses and sources that are new or differ."""
    state = StateSelectorMethod(new, SimpleNamespace(manifest=old), [])
    adapter = new.metadata.adapter_type

    def differs(id: str, node: Any, before: Mapping[str, Any]) -> bool:
        if id not in before or _contract(node) != _contract(before[id]):
            return True
        return bool(state.check_modified_content(before[id], node, adapter))

    return {
        id
        for nodes, before in ((new.nodes, old.nodes), (new.sources, old.sources), (new.unit_tests, old.unit_tests))
        for id, node in nodes.items()
        if node.resource_type != "operation" and differs(id, node, before)
    }


def _contract(node: Any) -> tuple[bool, str] | None:
    """Return what a contract asks for; where it differs, dbt would judge whether that breaks it, or raise an error."""
    contract = getattr(node, "contract", None)
    return (contract.enforced, contract.checksum) if contract else None


def removed(old: Any, new: Any) -> list[str]:
    """Return the names of models and seeds that are gone."""
    return sorted(node.name for id, node in old.nodes.items() if id not in new.nodes and node.resource_type in _TABLES)


@dataclass
class Plan:
    """What is built for a set of changed nodes: ids, each kind sorted."""

    tables: list[str] = field(default_factory=list)
    """Changed models and seeds."""
    tests: list[str] = field(default_factory=list)
    """Changed tests and unit tests; the tests of tables come by themselves."""
    analyses: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    """Models that read them, at any distance, and that are in the warehouse."""
    left_out: dict[str, str] = field(default_factory=dict)
    """What is not built though it changed or reads what changed -> why."""
    readers: list[str] = field(default_factory=list)
    """Exposures that read what is built: kind and name."""
    other_unit_tests: list[str] = field(default_factory=list)
    """Unit tests of the models below: their code is as it was."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that dbt would build or test."""
        return not (self.tables or self.tests)


def plan(manifest: Any, roots: Collection[str], there: Collection[tuple[str, str]], wanted: set[str] | None) -> Plan:
    """Return what is built for changed nodes.

    Args:
        manifest: of the parse that is built.
        roots: ids of what changed.
        there: schema and name of each table and view of the warehouse.
        wanted: ids of what the user selected; None for everything.

    """
    manifest.build_parent_and_child_maps()
    found = Plan()
    for id in sorted(roots):
        node = manifest.unit_tests.get(id) or manifest.sources.get(id) or manifest.nodes[id]
        kind = str(node.resource_type)
        if wanted is not None and id not in wanted:
            found.left_out[id] = "outside --select"
        elif kind == "snapshot":
            found.left_out[id] = _HISTORY
        elif kind == "source":
            found.left_out[id] = _STAGED
        elif kind in _TABLES:
            found.tables.append(id)
        elif kind == "analysis":
            found.analyses.append(id)
        elif kind in ("test", "unit_test"):
            found.tests.append(id)
    below = _below(manifest, found.tables)
    for id in below:
        node = manifest.nodes[id]
        if node.resource_type == "snapshot":
            found.left_out[id] = _HISTORY
        elif wanted is not None and id not in wanted:
            found.left_out[id] = "outside --select"
        elif node.language == "python":
            found.left_out[id] = "a Python model"
        elif node.config.materialized != "ephemeral" and (node.schema, node.alias) not in there:
            found.left_out[id] = "never built"
    for id in below:  # parents first
        for parent in manifest.nodes[id].depends_on.nodes:
            if parent in found.left_out and parent not in manifest.sources:
                found.left_out.setdefault(id, f"reads {parent.rpartition('.')[2]}")
    found.below = [id for id in below if id not in found.left_out]
    built = {*found.tables, *found.below}
    found.readers = sorted(
        f"{exposure.type.value} {exposure.name}"
        for exposure in manifest.exposures.values()
        if built & set(exposure.depends_on.nodes)
    )
    found.other_unit_tests = sorted(
        test.name for id, test in manifest.unit_tests.items() if id not in roots and test.depends_on.nodes[0] in below
    )
    return found


def incremental(manifest: Any, ids: Collection[str]) -> set[str]:
    """Return the names of those models whose rows would stay, though their code or what they read has changed."""
    nodes = (manifest.nodes[id] for id in ids)
    return {
        node.name
        for node in nodes
        if node.config.materialized == "incremental" and node.config.full_refresh is not False
    }


def _below(manifest: Any, tables: Collection[str]) -> list[str]:
    """Return models and snapshots that read these, at any distance, parents before children."""
    order: list[str] = []
    seen = set(tables)

    def descend(id: str) -> None:
        for child in manifest.child_map.get(id, []):
            if child not in seen and child.startswith(("model.", "snapshot.")):
                seen.add(child)
                descend(child)
        order.append(id)

    for id in tables:
        if id not in order:
            descend(id)
    return [id for id in reversed(order) if id not in tables]


def names(manifest: Any, ids: Collection[str]) -> Iterator[str]:
    """Return how dbt's `--select` calls these nodes."""
    for id in ids:
        yield f"unit_test:{manifest.unit_tests[id].name}" if id in manifest.unit_tests else id_name(manifest, id)


def id_name(manifest: Any, id: str) -> str:
    """Return the name of a node or source."""
    return str((manifest.nodes.get(id) or manifest.sources.get(id) or manifest.unit_tests[id]).name)
