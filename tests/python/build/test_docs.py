"""The docs site and the lineage of columns: what they show, and that they ask no network."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.build import docs
from scripts.build.shown_tests import with_tests_of_columns
from scripts.build.steps import Dbt
from tests.python.conftest import Warehouse


@pytest.fixture(scope="module")
def pages(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Write both pages of the small lake's warehouse."""
    folder = tmp_path_factory.mktemp("docs")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in warehouse.env.items():
            patch.setenv(name, value)
        # The build's own artifacts are read by other tests.
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        patch.setattr(docs, "OUTPUT", folder / "docs.html")
        patch.setattr(docs, "LINEAGE", folder / "lineage.html")
        docs.make_docs("ci", None)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


@pytest.fixture(scope="module")
def manifest(pages: dict[str, str]) -> dict[str, Any]:
    """Return the manifest that is in the docs site."""
    start = pages["docs.html"].index('{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest')
    return json.JSONDecoder().raw_decode(pages["docs.html"], start)[0]


def test_they_are_written_on_redshift_too(
    manifest: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def written(_: Dbt) -> None:
        (tmp_path / "manifest.json").write_text(json.dumps(manifest))
        (tmp_path / "catalog.json").write_text('{"nodes": {}, "sources": {}}')

    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path))
    monkeypatch.setattr(Dbt, "parse", lambda _: None)
    monkeypatch.setattr(Dbt, "document", written)
    monkeypatch.setattr(docs, "_write_lineage", lambda *_: None)
    monkeypatch.setattr(docs, "OUTPUT", tmp_path / "docs.html")
    docs.make_docs("redshift", None)
    assert '"unique_id": "model.tickit_lakehouse.fct_sales"' in (tmp_path / "docs.html").read_text(encoding="utf-8")


def _on_columns(manifest: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Return model, column and name of each test of a column."""
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    return {
        (test["attached_node"].rpartition(".")[2], test["column_name"], test["test_metadata"]["name"])
        for test in tests
        if test.get("column_name") and test.get("attached_node")
    }


def test_each_check_of_a_column_is_shown_on_it(manifest: dict[str, Any]) -> None:
    shown = _on_columns(manifest)
    for expected in (
        ("fct_sales", "sale_id", "unique"),
        ("fct_sales", "price_paid", "accepted_range"),
        ("fct_sales", "listing_id", "relationships"),
        ("dim_dates", "date_id", "unique"),
    ):
        assert expected in shown
    grouped = [node for node in manifest["nodes"].values() if (node.get("test_metadata") or {}).get("name") == "checks"]
    for test in grouped:
        model = test["attached_node"].rpartition(".")[2]
        for kind, arguments in test["test_metadata"]["kwargs"].items():
            if kind in ("not_null", "accepted_values", "accepted_range"):
                assert {(model, column, kind) for column in arguments} <= shown, test["name"]


def test_every_public_model_shows_a_unique_key(manifest: dict[str, Any]) -> None:
    unique = {model for model, _, name in _on_columns(manifest) if name.startswith("unique")}
    public = {node["name"] for node in manifest["nodes"].values() if node.get("access") == "public"}
    assert public - unique == set()


def test_tests_of_macros_are_not_in_the_lineage(manifest: dict[str, Any]) -> None:
    of_macros = [n for n in manifest["nodes"].values() if n["original_file_path"].startswith("tests/dbt/macros/")]
    assert of_macros
    assert all(node["docs"]["show"] is False for node in of_macros)


def test_a_column_is_traced_through_the_layers(pages: dict[str, str]) -> None:
    page = pages["lineage.html"]
    (data,) = re.findall(r'colibriData = JSON\.parse\(atob\("([^"]+)', page)
    edges = {
        tuple(edge[key].rpartition(".")[2] for key in ("source", "sourceColumn", "target", "targetColumn"))
        for edge in json.loads(base64.b64decode(data))["lineage"]["edges"]
    }
    assert ("stg_tickit__sales", "price_paid", "fct_sales", "price_paid") in edges
    assert ("base_tickit__sales", "price_paid", "stg_tickit__sales", "price_paid") in edges
    assert "connect-src 'none'" in page.partition("<script")[0]


def test_the_pages_load_nothing(pages: dict[str, str]) -> None:
    for name, page in pages.items():
        loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"'](?!data:|#)([^\"']+)", page)
        assert [address for address in loaded if "//" in address] == [], name


def test_what_runs_is_left_as_it_is() -> None:
    test = {
        "resource_type": "test",
        "unique_id": "test.p.checks_a",
        "name": "checks_a",
        "original_file_path": "models/a.yml",
        "attached_node": "model.p.a",
        "depends_on": {"nodes": ["model.p.a", "model.p.b"]},
        "test_metadata": {"name": "foreign_keys", "kwargs": {"keys": {"b_id": {"to": "ref('b')", "field": "id"}}}},
    }
    made = with_tests_of_columns({"nodes": {"test.p.checks_a": dict(test)}, "parent_map": {}, "child_map": {}})
    assert made["nodes"]["test.p.checks_a"] == test
    (added,) = (node for key, node in made["nodes"].items() if key != "test.p.checks_a")
    assert (added["column_name"], added["test_metadata"]["name"]) == ("b_id", "relationships")
    assert [made["child_map"][model] for model in ("model.p.a", "model.p.b")] == [[added["unique_id"]]] * 2
