"""The project is the same on every target of the profile, and none of them hears of a deprecation."""

from __future__ import annotations

from typing import Any

import pytest
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context

from tests.python.project.manifest import own, predictions
from tests.python.project.targets import PARSED, PROFILE, TARGETS

PYTHON = ("predictions/", "published/")
OTHERS = [target for target in PARSED if target != "ci"]
# It reads Redshift's own history of queries, of which DuckDB has none.
ON_REDSHIFT_ALONE = "analysis.tickit_lakehouse.cost_by_model"


def test_both_engines_have_a_target() -> None:
    assert set(TARGETS.values()) == {"duckdb", "redshift"}


@pytest.mark.parametrize("target", [target for target in TARGETS if target not in PARSED])
def test_target_differs_from_ci_in_its_file_alone(target: str) -> None:
    here, ci = PROFILE["outputs"][target], PROFILE["outputs"]["ci"]
    assert {key for key in here | ci if here.get(key) != ci.get(key)} == {"path"}


@pytest.mark.parametrize("target", PARSED)
def test_target_parses_without_deprecations(manifests: dict[str, dict[str, Any]], target: str) -> None:
    # Parsing happened in the fixture, with deprecations as errors; here it is that the target was the one asked for.
    assert manifests[target]["metadata"]["adapter_type"] == TARGETS[target]


@pytest.mark.parametrize("target", OTHERS)
def test_target_has_the_same_nodes_and_sources_as_ci(manifests: dict[str, dict[str, Any]], target: str) -> None:
    here, ci = manifests[target], manifests["ci"]
    alone = [] if TARGETS[target] == "duckdb" else [ON_REDSHIFT_ALONE]
    assert sorted(here["nodes"]) == sorted([*ci["nodes"], *alone])
    published = [] if TARGETS[target] == "duckdb" else [source["unique_id"] for source in _published(here)]
    assert sorted(here["sources"]) == sorted([*ci["sources"], *published])


@pytest.mark.parametrize("target", OTHERS)
def test_target_has_the_same_lineage_as_ci(manifests: dict[str, dict[str, Any]], target: str) -> None:
    here, ci = _lineage(manifests[target]), _lineage(manifests["ci"])
    assert here == ci


@pytest.mark.parametrize("target", [target for target, engine in TARGETS.items() if engine == "redshift"])
def test_each_prediction_is_a_source_where_there_is_no_python(
    manifests: dict[str, dict[str, Any]], target: str
) -> None:
    here, names = manifests[target], {model["name"] for model in predictions(manifests["ci"])}
    assert {source["name"]: source["external"]["columns_of"] for source in _published(here)} == {
        name: name for name in names
    }
    assert {source["name"]: source["external"]["location"].split("/published/")[1] for source in _published(here)} == {
        name: f"{name}/" for name in names
    }


@pytest.mark.parametrize(
    ("environment", "threads"),
    [({}, 4), ({"TICKIT_MEMORY_LIMIT": "2GB"}, 1), ({"TICKIT_MEMORY_LIMIT": "2GB", "TICKIT_THREADS": "3"}, 3)],
    ids=lambda value: str(value) if isinstance(value, int) else " ".join(value),
)
def test_one_model_is_built_at_a_time_where_memory_is_limited(environment: dict[str, str], threads: int) -> None:
    set_invocation_context(environment)
    assert ProfileRenderer({}).render_data(PROFILE["outputs"]["dev"])["threads"] == threads


def _published(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [source for source in own(manifest, "sources") if source["source_name"] == "tickit_published"]


def _lineage(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Return what each node reads, but for the Python models: without Python they read what is published."""
    return {
        name: sorted(read)
        for name, read in manifest["parent_map"].items()
        if "tickit_published" not in name
        and name != ON_REDSHIFT_ALONE
        and not manifest["nodes"].get(name, {}).get("path", "").startswith(PYTHON)
    }
