"""Every model is named, placed, documented and opened to others by the rules of its layer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from tests.python.dbt_project import PROJECT, ROOT
from tests.python.project.manifest import layer, models, nodes, predictions

# `<folder>` is the folder of the source in models/staging.
NAMES = {
    "base": r"base_<folder>__[a-z0-9_]+",
    "staging": r"stg_<folder>__[a-z0-9_]+",
    "intermediate": r"int_[a-z0-9_]+",
    "marts": r"(dim|fct|rpt)_[a-z0-9_]+",
    "predictions": r"rpt_[a-z0-9_]+",
    "history": r"job_[a-z]+",
    "operations": r"rpt_[a-z0-9_]+",
    "semantics": r"time_spine_[a-z]+",
}

# Only types that are the same on both engines, with their size: a bare varchar is 256 bytes on Redshift, a bare
# decimal (18, 0) there and (18, 3) on DuckDB.
CONTRACT_TYPES = re.compile(
    r"integer|bigint|boolean|date|timestamp|double precision|varchar\(\d+\)|decimal\(\d+, ?\d+\)"
)

# A model fits on a screen; blank lines and lines with a comment or a bracket alone are not counted.
MOST_LINES = 60
# fct_listings adds up its sales itself, as nobody else reads such a table, and selects the listings that a later run
# builds again.
LONGER = {"fct_listings": 82}


def test_models_are_named_after_their_layer(ci_manifest: dict[str, Any]) -> None:
    def pattern(model: dict[str, Any]) -> str:
        folders = Path(model["original_file_path"]).parts
        return NAMES[layer(model)].replace("<folder>", folders[2])

    assert [m["name"] for m in models(ci_manifest) if not re.fullmatch(pattern(m), m["name"])] == []


def test_every_model_has_a_yaml_file_of_its_own_beside_it(ci_manifest: dict[str, Any]) -> None:
    elsewhere = [
        model["name"]
        for model in models(ci_manifest)
        if model["patch_path"] != f"{PROJECT}://{Path(model['original_file_path']).with_suffix('.yml')}"
    ]
    assert elsewhere == []


def test_every_model_has_a_schema_of_its_layer(ci_manifest: dict[str, Any]) -> None:
    def expected(model: dict[str, Any]) -> str:
        folders = Path(model["original_file_path"]).parts
        return "tickit_" + (folders[2] if layer(model) == "marts" else folders[1])

    assert {m["name"]: m["schema"] for m in models(ci_manifest) if m["schema"] != expected(m)} == {}


def test_what_others_read_is_public_and_all_else_is_private(ci_manifest: dict[str, Any]) -> None:
    public = {"marts", "predictions", "operations", "semantics"}
    access = {(layer(model) in public, model["access"]) for model in models(ci_manifest)}
    assert access == {(True, "public"), (False, "private")}


def test_marts_and_operations_have_an_enforced_contract(ci_manifest: dict[str, Any]) -> None:
    promised = [m for m in models(ci_manifest) if layer(m) in {"marts", "operations", "history", "semantics"}]
    assert [m["name"] for m in promised if not m["contract"]["enforced"]] == []


def test_python_models_are_in_predictions_and_all_is_python_there(ci_manifest: dict[str, Any]) -> None:
    assert {(layer(m) == "predictions", m["language"]) for m in models(ci_manifest)} <= {
        (True, "python"),
        (False, "sql"),
    }


def test_what_needs_python_models_says_so(ci_manifest: dict[str, Any]) -> None:
    # So that `--exclude tag:python` leaves nothing that reads a table that is not there.
    tagged = {model["unique_id"] for model in models(ci_manifest) if "python" in model["tags"]}
    assert {model["unique_id"] for model in predictions(ci_manifest)} < tagged
    readers = [model for model in models(ci_manifest) if tagged & set(model["depends_on"]["nodes"])]
    assert [model["name"] for model in readers if model["unique_id"] not in tagged] == []


def test_predictions_are_tested_as_by_a_contract(ci_manifest: dict[str, Any]) -> None:
    tested = {
        test["attached_node"]
        for test in nodes(ci_manifest, "test")
        if test.get("test_metadata", {}).get("name") == "has_declared_columns"
    }
    assert [model["name"] for model in predictions(ci_manifest) if model["unique_id"] not in tested] == []


def test_predictions_are_published(ci_manifest: dict[str, Any]) -> None:
    # In each YAML: dbt takes no default from dbt_project.yml for Python models.
    assert [m["name"] for m in predictions(ci_manifest) if m["config"]["materialized"] != "external"] == []


def test_predictions_are_read_by_their_name_where_there_is_no_python(ci_manifest: dict[str, Any]) -> None:
    published = {path.stem: path.read_text() for path in (ROOT / "models" / "published").glob("*.sql")}
    assert published == {m["name"]: f"{{{{ published('{m['name']}') }}}}\n" for m in predictions(ci_manifest)}


def test_contracts_give_every_type_its_size(ci_manifest: dict[str, Any]) -> None:
    bare = [
        f"{mart['name']}.{column['name']}: {column['data_type']}"
        for mart in models(ci_manifest)
        if layer(mart) in {"marts", "predictions", "operations", "history", "semantics"}
        for column in mart["columns"].values()
        if not CONTRACT_TYPES.fullmatch(column["data_type"] or "")
    ]
    assert bare == []


def test_models_say_first_what_one_row_is(ci_manifest: dict[str, Any]) -> None:
    silent = [m["name"] for m in models(ci_manifest) if not re.match(r'(-- |""")One row is ', m["raw_code"])]
    assert silent == []


def test_models_fit_on_a_screen(ci_manifest: dict[str, Any]) -> None:
    def length(model: dict[str, Any]) -> int:
        lines = (ROOT / model["original_file_path"]).read_text().splitlines()
        return sum(bool(line.strip(" (),")) and not line.lstrip().startswith("--") for line in lines)

    assert {m["name"]: length(m) for m in models(ci_manifest) if length(m) > LONGER.get(m["name"], MOST_LINES)} == {}
