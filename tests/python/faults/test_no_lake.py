"""There is no lake where it should be: said before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.faults.checkout import Checkout


@pytest.mark.parametrize("exists", [False, True], ids=["no folder", "an empty folder"])
def test_a_lake_of_the_users_own_must_be_there(exists: bool, checkout: Checkout, tmp_path: Path) -> None:
    lake = tmp_path / "my [x]lake"
    if exists:
        lake.mkdir()
    output = checkout.run(TICKIT_LAKE=str(lake)).must_end(1)
    assert f"Error: no lake at {lake} (TICKIT_LAKE): it has no folder raw_tickit_data." in output
    assert f"make lake DEST='{lake}'" in output
    assert lake.exists() == exists
    assert checkout.tables() == set()


@pytest.mark.soak
def test_dbt_names_each_table_without_files(checkout: Checkout) -> None:
    stage = (".venv/bin/dbt", "run-operation", "stage_external_sources", "--profiles-dir", "profiles")
    (checkout.folder / "warehouse").mkdir()
    checkout.lake.rename(checkout.folder / "elsewhere")
    output = checkout.execute(*stage).must_end(1)
    assert "External tables: 7 problems; nothing was changed." in output
    assert f"no files under {checkout.lake}/raw_tickit_data/venue/" in output
    assert checkout.tables() == set()
