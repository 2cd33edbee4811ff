"""Names, e-mail addresses and telephone numbers are marked where they are, and stay where they have to be."""

from __future__ import annotations

from typing import Any

from tests.python.conftest import Warehouse
from tests.python.project.manifest import marts, nodes, own

PERSONAL = {"first_name", "last_name", "email", "phone"}
RAW_PERSONAL = {"firstname", "lastname", "email", "phone"}

# A campaign writes to non-buyers: that is what the mart is for.
ALLOWED_IN_MARTS = {("dim_non_buyers", "email")}

# An address has an @, a telephone number a bracket and a dash, wherever they are and whatever they are called.
LOOKS_PERSONAL = r".+@.+\..+|.*\(\d{3}\) ?\d{3}-\d{4}.*"


def _is_marked(column: dict[str, Any]) -> bool:
    return column["config"]["meta"].get("contains_personal_data") is True


def test_marts_have_no_personal_columns(ci_manifest: dict[str, Any]) -> None:
    found = {
        (mart["name"], column["name"])
        for mart in marts(ci_manifest)
        for column in mart["columns"].values()
        if column["name"] in PERSONAL or _is_marked(column)
    }
    assert found == ALLOWED_IN_MARTS


def test_personal_columns_are_marked_and_no_others(ci_manifest: dict[str, Any]) -> None:
    columns = [
        (f"{node['name']}.{column['name']}", column["name"] in names, _is_marked(column))
        for relations, names in (
            (nodes(ci_manifest, "model", "seed", "snapshot"), PERSONAL),
            (own(ci_manifest, "sources"), RAW_PERSONAL),
        )
        for node in relations
        for column in node["columns"].values()
    ]
    assert [where for where, is_personal, is_marked in columns if is_personal != is_marked] == []


def test_marts_hold_no_text_that_looks_personal(ci_manifest: dict[str, Any], warehouse: Warehouse) -> None:
    with warehouse.connect() as connection:
        found = {
            (mart["name"], column["name"])
            for mart in marts(ci_manifest)
            for column in mart["columns"].values()
            if column["data_type"].startswith("varchar")
            and connection.execute(
                f"select count(*) from {mart['relation_name']} where regexp_full_match({column['name']}, ?)",
                [LOOKS_PERSONAL],
            ).fetchall()
            != [(0,)]
        }
    assert found == ALLOWED_IN_MARTS
