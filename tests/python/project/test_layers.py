"""Arrows point downwards only, and nothing knows the engine it runs on."""

from __future__ import annotations

import re
from typing import Any

from tests.python.dbt_project import ROOT
from tests.python.project.manifest import domain, layer, models, nodes, own, parents

MAY_READ = {
    # Typed lines, and the keys that repeat among them.
    "base": {"source", "base"},
    "staging": {"base"},
    "intermediate": {"staging", "intermediate", "seed"},
    "marts": {"staging", "intermediate", "marts", "predictions", "seed"},
    "predictions": {"staging", "intermediate", "marts", "predictions", "seed"},
    # What a job inserted; how the other layers are.
    # The days that metrics are joined over: counted, not read.
    "semantics": set(),
    "history": set(),
    "operations": {"history", "base", "staging", "operations"},
}

# dbt's `target` and the adapter's name: what differs by engine belongs in a dispatched macro or in dbt_project.yml.
ENGINE = re.compile(r"\btarget\s*(\.\s*\w|\[)|\badapter\s*\.\s*type\b")


def test_models_read_from_their_own_layer_or_below(ci_manifest: dict[str, Any]) -> None:
    upward = [
        f"{model['name']} ({layer(model)}) reads {parent['name']} ({layer(parent)})"
        for model in models(ci_manifest)
        for parent in parents(ci_manifest, model)
        if layer(parent) not in MAY_READ[layer(model)]
    ]
    assert upward == []


def test_marts_read_marts_of_their_own_domain_or_core(ci_manifest: dict[str, Any]) -> None:
    across = [
        f"{model['name']} ({domain(model)}) reads {parent['name']} ({domain(parent)})"
        for model in models(ci_manifest)
        if layer(model) == "marts"
        for parent in parents(ci_manifest, model)
        if layer(parent) == "marts" and domain(parent) not in {"core", domain(model)}
    ]
    assert across == []


# Reads every source a second time, once for each version of its files: to count their lines.
COUNTS = "base_tickit__line_counts"


def test_every_source_table_is_typed_by_one_base_model_and_counted(ci_manifest: dict[str, Any]) -> None:
    readers = {
        source["name"]: [
            model["name"] for model in models(ci_manifest) if source["unique_id"] in model["depends_on"]["nodes"]
        ]
        for source in own(ci_manifest, "sources")
        if not source["external"].get("inventory_of")
    }
    assert readers
    assert {t: names for t, names in readers.items() if len(names) != 2 or COUNTS not in names} == {}


def test_snapshots_read_staging_and_what_is_loaded_only(ci_manifest: dict[str, Any]) -> None:
    read = {layer(parent) for node in nodes(ci_manifest, "snapshot") for parent in parents(ci_manifest, node)}
    assert read == {"staging", "base"}


def test_analyses_and_exposures_read_what_is_public(ci_manifest: dict[str, Any]) -> None:
    readers = [*nodes(ci_manifest, "analysis"), *own(ci_manifest, "exposures")]
    read = {layer(parent) for reader in readers for parent in parents(ci_manifest, reader)}
    assert read == {"marts", "operations", "predictions"}


def test_nothing_but_macros_knows_the_engine() -> None:
    files = [
        path
        for folder in ("models", "analyses", "snapshots", "tests/dbt")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".sql", ".yml", ".py"}
    ]
    assert files
    assert [str(path.relative_to(ROOT)) for path in files if ENGINE.search(path.read_text())] == []
