"""The edits that `tickit bench-edits` makes fit the models as they are."""

import pytest

from benchmarks.edits import EDITS, Edit
from benchmarks.yardsticks import REFERENCE
from tests.python.dbt_project import ROOT


@pytest.mark.parametrize("edit", EDITS.values(), ids=list(EDITS))
def test_an_edit_is_of_one_place_of_the_model(edit: Edit) -> None:
    (file,) = (ROOT / "models").rglob(f"{edit.model}.sql")
    text = file.read_text(encoding="utf-8")
    assert (text.count(edit.old), text.count(edit.new)) == (1, 0)
    is_incremental = "materialized: incremental" in file.with_suffix(".yml").read_text(encoding="utf-8")
    assert edit.full_refresh == is_incremental
    (theirs,) = REFERENCE.glob(f"models/*/{edit.model}.sql")
    assert theirs.read_text(encoding="utf-8").count(edit.in_sqlmesh[0]) == 1
