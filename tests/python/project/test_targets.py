"""The project is the same on every target of the profile, and none of them hears of a deprecation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.python.project.manifest import own
from tests.python.project.targets import TARGETS

OTHERS = [target for target in TARGETS if target != "ci"]


def test_both_engines_have_a_target() -> None:
    assert set(TARGETS.values()) == {"duckdb", "redshift"}


@pytest.mark.parametrize("target", TARGETS)
def test_target_parses_without_deprecations(manifests: dict[str, dict[str, Any]], target: str) -> None:
    # Parsing happened in the fixture, with deprecations as errors; here it is that the target was the one asked for.
    assert manifests[target]["metadata"]["adapter_type"] == TARGETS[target]


@pytest.mark.parametrize("target", OTHERS)
def test_target_has_the_same_nodes_and_sources_as_ci(manifests: dict[str, dict[str, Any]], target: str) -> None:
    here, ci = manifests[target], manifests["ci"]
    missing = set() if TARGETS[target] == "duckdb" else _python_models_and_their_tests(ci)
    assert sorted(set(here["nodes"]) - _disabled(here)) == sorted(set(ci["nodes"]) - missing)
    assert sorted(s["unique_id"] for s in own(here, "sources")) == sorted(s["unique_id"] for s in own(ci, "sources"))


@pytest.mark.parametrize("target", OTHERS)
def test_target_has_the_same_lineage_as_ci(manifests: dict[str, dict[str, Any]], target: str) -> None:
    here, ci = manifests[target], manifests["ci"]
    missing = set() if TARGETS[target] == "duckdb" else _python_models_and_their_tests(ci)
    disabled = _disabled(here)
    assert {name: sorted(read) for name, read in here["parent_map"].items() if name not in disabled} == {
        name: sorted(read) for name, read in ci["parent_map"].items() if name not in missing
    }


def _python_models_and_their_tests(manifest: dict[str, Any]) -> set[str]:
    """Return the unique ids of what DuckDB alone has."""
    python = {name for name, node in manifest["nodes"].items() if node.get("language") == "python"}
    return python | {name for name in manifest["nodes"] if python & set(manifest["parent_map"][name])}


def _disabled(manifest: dict[str, Any]) -> set[str]:
    """Return the unique ids of tests that dbt keeps in the manifest, but never runs: their model is disabled."""
    return {name for name, node in manifest["nodes"].items() if not node["config"]["enabled"]}
