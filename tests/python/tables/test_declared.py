"""What the manifest says of open tables, and what is said of mistakes in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.core.errors import TickitError, UsageError
from scripts.tables import declared


def _model(name: str, columns: dict[str, Any] | None = None, **config: Any) -> dict[str, Any]:
    return {
        "name": name,
        "alias": name,
        "schema": "tickit_sales",
        "resource_type": "model",
        "package_name": "shop",
        "original_file_path": f"models/{name}.sql",
        "description": "One row\nis a sale.",
        "config": {"meta": {"publish": "iceberg"}, **config},
        "columns": columns
        or {"sale_id": {"name": "sale_id", "data_type": "integer", "description": "", "config": {"meta": {}}}},
    }


def _column(name: str, data_type: str | None = "integer", **meta: Any) -> dict[str, Any]:
    return {name: {"name": name, "data_type": data_type, "description": "", "config": {"meta": meta}}}


def _read(folder: Path, *models: dict[str, Any]) -> declared.Declared:
    nodes = {f"model.shop.{model['name']}": model for model in models}
    manifest = {"metadata": {"project_name": "shop"}, "nodes": nodes}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return declared.read(folder)


def test_what_is_published_and_who_built_it(tmp_path: Path) -> None:
    results = [
        {"unique_id": "model.shop.fct_sales", "status": "success"},
        {"unique_id": "model.shop.dim_days", "status": "error"},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"metadata": {"invocation_id": "abc"}, "results": results}))
    columns = {**_column("buyer_id", identifies="user"), **_column("day", "date", renamed_from="sold_date")}
    found = _read(
        tmp_path,
        _model("fct_sales", columns, sort="day", meta={"publish": "iceberg", "publish_by_month": "day"}),
        _model("dim_days"),
        _model("int_sales", meta={"publish": False}),
        _model("stg_sales", meta={}),
    )
    days, sales = found.tables
    assert (days.name, sales.name, sales.description) == ("dim_days", "fct_sales", "One row is a sale.")
    assert (sales.month_of, sales.sort, sales.user_columns) == ("day", ("day",), ("buyer_id",))
    assert sales.columns[1].renamed_from == "sold_date"
    assert found.invocations == {"fct_sales": "abc"}
    assert found.chosen(["fct_sales"]) == (sales,)
    with pytest.raises(
        UsageError, match="fct_sale is no model that is published as an open table. Did you mean fct_sal"
    ):
        found.chosen(["fct_sale"])


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (_model("m", meta={"publish": "delta"}), "models/m.sql: meta.publish is 'delta': write iceberg, or false"),
        (_model("m", _column("email", "text", contains_personal_data=True)), "m .*: email contains personal data"),
        (_model("m", _column("score", None)), "m .*: score has no data_type"),
        (_model("m", sort=["day"]), "m .*: it is sorted or published by month of day, which is not among its columns"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, model: dict[str, Any], said: str) -> None:
    with pytest.raises(TickitError, match=said):
        _read(tmp_path, model)


def test_without_a_manifest_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(TickitError, match="there is no .*manifest.json: build the marts first"):
        declared.read(tmp_path)
