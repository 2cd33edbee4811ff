"""Names, e-mail addresses and telephone numbers are marked where they are, and stay where they have to be."""

from __future__ import annotations

import re
from typing import Any

from tests.python.conftest import Warehouse
from tests.python.project.manifest import marts, nodes, own

PERSONAL = {"first_name", "last_name", "email", "phone"}
# Whole lines of a file, where a user's may be.
LINES = {"base_tickit__users.line", "stg_tickit__rejected_rows.line"}
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
        (where := f"{node['name']}.{column['name']}", column["name"] in names or where in LINES, _is_marked(column))
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


def test_the_rows_of_a_failed_check_are_found_without_personal_columns(
    ci_manifest: dict[str, Any], warehouse: Warehouse
) -> None:
    """Whoever pastes the command has them in dbt's log."""
    personal = {
        node["relation_name"]: columns
        for node in nodes(ci_manifest, "model", "snapshot")
        if (columns := {name for name, column in node["columns"].items() if _is_marked(column)})
    }
    assert len(personal) >= 4
    shown = [
        (result["unique_id"], columns & set(found.split(", ")), found)
        for result in warehouse.results
        if result["unique_id"].startswith("test.")
        for relation, columns in personal.items()
        for found in re.findall(rf"'select ([^()']*?) from {re.escape(relation)} where", result["compiled_code"])
    ]
    assert len(shown) > 3
    assert [test for test, persons, columns in shown if persons or columns == "*"] == []
