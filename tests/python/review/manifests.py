"""Small manifests, as dbt writes them: two models, one reads the other, with tests, a unit test, an exposure."""

from __future__ import annotations

from typing import Any

SALES, REVENUE = "model.shop.sales", "model.shop.revenue"


def column(name: str, data_type: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "data_type": data_type, "description": f"The {name}.", "constraints": [], **more}


def model(name: str, columns: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "unique_id": f"model.shop.{name}",
        "name": name,
        "alias": name,
        "database": "shop",
        "schema": "main",
        "relation_name": f'"shop"."main"."{name}"',
        "resource_type": "model",
        "fqn": ["shop", name],
        "raw_code": f"select * from {name}",
        "checksum": {"checksum": name},
        "description": f"One row is of {name}.",
        "columns": {c["name"]: c for c in columns},
        "config": {"materialized": "table"},
        "unrendered_config": {},
        "contract": {"enforced": True, "checksum": str(columns)},
        "access": "public",
        "group": "team",
        "depends_on": {"nodes": [], "macros": []},
        **more,
    }


def grouped_test(of: str, **arguments: Any) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "attached_node": of,
        "column_name": None,
        "test_metadata": {"name": "checks", "kwargs": arguments},
        "depends_on": {"nodes": [of]},
    }


def manifest() -> dict[str, Any]:
    """Return a new manifest, to be changed by a test."""
    email = column("email", "varchar", config={"meta": {"contains_personal_data": True}})
    sales = model("sales", [column("sale_id", "integer"), column("price", "decimal(8,2)"), email])
    revenue = model("revenue", [column("day", "date")], access="private")
    return {
        "nodes": {
            SALES: sales,
            REVENUE: revenue,
            "test.shop.checks_sales": grouped_test(SALES, unique=["sale_id"], accepted_range={"price": {}}),
            "test.shop.checks_revenue": grouped_test(REVENUE, unique=[["day", "venue"]]),
        },
        "unit_tests": {"unit_test.shop.sales.u": {"depends_on": {"nodes": [SALES]}}},
        "sources": {},
        "macros": {},
        "exposures": {"exposure.shop.board": {"name": "board", "label": "The board", "owner": {"name": "Ann"}}},
        "metrics": {"metric.shop.revenue": {"name": "revenue", "label": None}},
        "child_map": {SALES: [REVENUE], REVENUE: ["exposure.shop.board", "metric.shop.revenue"]},
    }
