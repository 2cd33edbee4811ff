"""The project keeps the rules of dbt-bouncer.yml, and a mistake against one is named."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from scripts.lint.dbt_rules import broken_rules

FACT = "model.tickit_lakehouse.fct_sales"


def test_the_project_keeps_them(ci_manifest: dict[str, Any]) -> None:
    assert broken_rules(deepcopy(ci_manifest)) == []


def _without_checks(manifest: dict[str, Any]) -> None:
    (checks,) = (node for node in manifest["nodes"].values() if node["name"] == "checks_fct_sales")
    del checks["test_metadata"]["kwargs"]["unique"]


def _without_contract(manifest: dict[str, Any]) -> None:
    manifest["nodes"][FACT]["config"]["contract"]["enforced"] = False
    manifest["nodes"][FACT]["contract"]["enforced"] = False


MISTAKES: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a model without a description": (
        lambda manifest: manifest["nodes"][FACT].update(description=""),
        "check_model_description_populated",
    ),
    "a public model without a contract": (_without_contract, "check_model_contract_enforced_for_public_model"),
    "a mart without a unique key": (_without_checks, "check_model_has_unique_test"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(ci_manifest: dict[str, Any], mistake: str) -> None:
    put_in, rule = MISTAKES[mistake]
    manifest = deepcopy(ci_manifest)
    put_in(manifest)
    (found,) = broken_rules(manifest)
    assert found.startswith(f"{rule} fct_sales: ")
