"""Every analysis compiles without a connection for both engines, and answers what the raw files say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.python.conftest import Warehouse
from tests.python.project.manifest import nodes
from tests.python.project.raw_zone import create_raw_views

QUERIES = {
    path.stem: path.read_text() for path in sorted((Path(__file__).parent / "independent/analyses").glob("*.sql"))
}


@pytest.fixture(scope="session")
def compiled(manifests: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the SQL of each analysis by target and name."""
    return {
        target: {analysis["name"]: analysis["compiled_code"] for analysis in nodes(manifest, "analysis")}
        for target, manifest in manifests.items()
    }


def test_every_analysis_has_an_independent_query(ci_manifest: dict[str, Any]) -> None:
    assert sorted(QUERIES) == sorted(analysis["name"] for analysis in nodes(ci_manifest, "analysis"))


@pytest.mark.parametrize("name", QUERIES)
def test_analysis_reads_the_warehouse_of_its_target(compiled: dict[str, dict[str, str]], name: str) -> None:
    assert '"warehouse"."tickit_' in compiled["ci"][name]
    assert '"tickit"."tickit_' in compiled["redshift"][name]


@pytest.mark.parametrize("name", QUERIES)
def test_analysis_divides_as_the_engine_does(compiled: dict[str, dict[str, str]], name: str) -> None:
    # DuckDB's whole-number division is no operator of Redshift.
    assert "//" not in compiled["redshift"][name]


@pytest.mark.parametrize("name", QUERIES)
def test_analysis_answers_what_the_raw_files_say(
    compiled: dict[str, dict[str, str]], warehouse: Warehouse, name: str
) -> None:
    with warehouse.connect() as connection:
        create_raw_views(connection, warehouse.lake)
        answer, expected = connection.sql(compiled["ci"][name]), connection.sql(QUERIES[name])

        assert answer.columns == expected.columns
        rows = answer.fetchall()
        assert rows
        # In their order too: an analysis shows the first first.
        assert rows == expected.fetchall()
