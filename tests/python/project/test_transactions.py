"""Nothing is half done on Redshift, which no engine here shows.

dbt-redshift says a statement again, on a new connection, when another transaction was in its way: what its own
transaction had done before is rolled back, and what follows is committed. And `truncate` commits at once.
"""

from __future__ import annotations

from typing import Any

from tests.python.project.manifest import layer, nodes


def test_hooks_of_models_delete_outdated_after_the_commit(ci_manifest: dict[str, Any]) -> None:
    # What the hook did not do, the next run does; a hook in the transaction could be committed without the rows.
    models = nodes(ci_manifest, "model")
    assert [model["name"] for model in models if model["config"]["pre-hook"]] == []
    hooks = {model["name"]: hook for model in models for hook in model["config"]["post-hook"]}
    deletes = ("{{ delete_outdated(", "delete from {{ this }} where ")
    assert {name for name, hook in hooks.items() if not hook["sql"].startswith(deletes)} == set()
    assert {name for name, hook in hooks.items() if hook["transaction"]} == set()
    # All that adds rows to a table; a count of lines is kept for ever, and so is the history of jobs.
    adding = {
        model["name"]
        for model in models
        if model["config"]["materialized"] == "incremental" and layer(model) != "history"
    }
    assert set(hooks) == adding - {"base_tickit__line_counts"}


def test_no_build_replaces_the_history_of_jobs(ci_manifest: dict[str, Any]) -> None:
    history = [model["config"] for model in nodes(ci_manifest, "model") if layer(model) == "history"]
    kept = {(config["materialized"], config["incremental_strategy"], config["full_refresh"]) for config in history}
    assert kept == {("incremental", "append", False)}


def test_what_a_snapshot_compared_is_noted_after_the_commit(ci_manifest: dict[str, Any]) -> None:
    hooks = [hook for node in nodes(ci_manifest, "snapshot") for hook in node["config"]["post-hook"]]
    assert len(hooks) == len(nodes(ci_manifest, "snapshot"))
    assert [hook["transaction"] for hook in hooks] == [False] * len(hooks)


def test_seeds_are_loaded_into_a_new_table(ci_manifest: dict[str, Any]) -> None:
    assert [node["name"] for node in nodes(ci_manifest, "seed") if not node["config"]["full_refresh"]] == []
