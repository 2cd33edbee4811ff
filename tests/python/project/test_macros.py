"""Macros are where their name says, and have the arguments that their documentation says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.python.project.macros import arguments, implementations, interfaces

# dbt's types of macro arguments.
TYPE = re.compile(r"string|boolean|integer|float|any|relation|column|(list|optional)\[.+\]|dict\[.+\]")


def test_documented_arguments_are_the_real_ones(ci_manifest: dict[str, Any]) -> None:
    differing = {
        macro["name"]: {"documented": documented, "real": real}
        for macro in interfaces(ci_manifest)
        if (documented := [argument["name"] for argument in macro["arguments"]]) != (real := arguments(macro))
    }
    assert differing == {}


def test_arguments_have_a_type(ci_manifest: dict[str, Any]) -> None:
    untyped = [
        f"{macro['name']}({argument['name']}: {argument['type']})"
        for macro in interfaces(ci_manifest)
        for argument in macro["arguments"]
        if not TYPE.fullmatch(argument["type"] or "")
    ]
    assert untyped == []


def test_implementations_have_the_arguments_of_what_they_implement(ci_manifest: dict[str, Any]) -> None:
    real = {macro["name"]: arguments(macro) for macro in interfaces(ci_manifest)}
    found = implementations(ci_manifest)
    assert found
    # One of dbt's own interfaces is not in the project.
    differing = [m["name"] for m, interface in found if interface in real and arguments(m) != real[interface]]
    assert differing == []


def test_a_dispatched_macro_has_an_implementation_for_both_engines(ci_manifest: dict[str, Any]) -> None:
    done = {macro["name"] for macro, _ in implementations(ci_manifest)}
    lacking = [
        f"{engine}: {macro['name']}"
        for macro in interfaces(ci_manifest)
        if "adapter.dispatch" in macro["macro_sql"]
        for engine in ("duckdb", "redshift")
        if done.isdisjoint({f"{engine}__{macro['name']}", f"default__{macro['name']}"})
    ]
    assert lacking == []


def test_every_macro_is_in_a_file_of_its_own(ci_manifest: dict[str, Any]) -> None:
    own_file = {
        **{macro["name"]: macro["name"].removeprefix("test_") for macro in interfaces(ci_manifest)},
        **{macro["name"]: interface for macro, interface in implementations(ci_manifest)},
    }
    files = {
        macro["name"]: Path(macro["original_file_path"]).stem
        for macro in [*interfaces(ci_manifest), *(macro for macro, _ in implementations(ci_manifest))]
    }
    assert files == own_file


def test_macros_are_described_in_the_file_of_their_topic(ci_manifest: dict[str, Any]) -> None:
    elsewhere = []
    for macro in interfaces(ci_manifest):
        folder = Path(macro["original_file_path"]).parent
        if not (macro["patch_path"] or "").endswith(f"://{folder}/_{folder.name}.yml"):
            elsewhere.append(macro["name"])
    assert elsewhere == []
