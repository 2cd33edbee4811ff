"""Nothing is half done on Redshift, which no engine here shows.

dbt-redshift says a statement again, on a new connection, when another transaction was in its way: what its own
transaction had done before is rolled back, and what follows is committed. And `truncate` commits at once.
"""

from __future__ import annotations

from typing import Any

from tests.python.project.manifest import nodes


def test_no_model_depends_on_a_hook(ci_manifest: dict[str, Any]) -> None:
    hooks = {
        node["name"]: node["config"]["pre-hook"] + node["config"]["post-hook"] for node in nodes(ci_manifest, "model")
    }
    assert {name: hook for name, hook in hooks.items() if hook} == {}


def test_what_a_snapshot_compared_is_noted_after_the_commit(ci_manifest: dict[str, Any]) -> None:
    hooks = [hook for node in nodes(ci_manifest, "snapshot") for hook in node["config"]["post-hook"]]
    assert len(hooks) == len(nodes(ci_manifest, "snapshot"))
    assert [hook["transaction"] for hook in hooks] == [False] * len(hooks)


def test_seeds_are_loaded_into_a_new_table(ci_manifest: dict[str, Any]) -> None:
    assert [node["name"] for node in nodes(ci_manifest, "seed") if not node["config"]["full_refresh"]] == []
