"""What makes a run build again, and what does not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.build import state
from scripts.cli import exit_code
from scripts.core.errors import TickitError
from scripts.lake.landing import land_month
from scripts.lake.layout import TABLES
from tests.python.faults.spoiling import MARCH, add_line

RESULT = {"tests": {"pass": 1}}


@pytest.fixture
def own_lake(lake: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lake, tmp_path / "lake"))


@pytest.fixture
def warehouse(own_lake: Path, tmp_path: Path) -> Path:
    path = tmp_path / "tickit.duckdb"
    path.write_bytes(b"built")
    state.remember(state.inputs(str(own_lake)), path, str(own_lake), RESULT)
    return path


def test_nothing_changed(own_lake: Path, warehouse: Path) -> None:
    assert state.last_run(state.inputs(str(own_lake)), warehouse, str(own_lake)).result == RESULT


def _same_size(lake: Path) -> None:
    path = TABLES["venue"].path(lake)
    path.write_bytes(path.read_bytes().swapcase())


def _same_size_and_time(lake: Path) -> None:
    path = TABLES["venue"].path(lake)
    times = path.stat()
    _same_size(lake)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize(
    "change",
    [
        lambda lake: add_line(lake, "sale", b"1|2", MARCH),
        _same_size,
        _same_size_and_time,
        lambda lake: TABLES["venue"].path(lake).unlink(),
        lambda lake: shutil.copy(TABLES["venue"].path(lake), TABLES["venue"].path(lake).with_name("more.txt")),
        lambda lake: os.utime(TABLES["venue"].path(lake)),
        lambda lake: land_month(lake, "2008-12"),
        lambda lake: land_month(lake, "2008-12", ["late"]),
    ],
    ids=[
        "a line more",
        "other content of the same size",
        "other content of the same size and time",
        "a file less",
        "a file more",
        "a file replaced by its like",
        "a month landed again",
        "late lines",
    ],
)
def test_a_changed_lake_is_built(change: Callable[[Path], object], own_lake: Path, warehouse: Path) -> None:
    change(own_lake)
    assert state.last_run(state.inputs(str(own_lake)), warehouse, str(own_lake)).result is None


@pytest.mark.parametrize(
    "name", ["published/forecast/1.parquet", "lake.json", ".source-system/x.txt", "raw_tickit_data/sale/.sale.txt.part"]
)
def test_what_no_model_reads_is_not_built(name: str, own_lake: Path, warehouse: Path) -> None:
    path = own_lake / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("new")
    assert state.last_run(state.inputs(str(own_lake)), warehouse, str(own_lake)).result == RESULT


def test_a_link_to_a_folder_is_named(own_lake: Path) -> None:
    (own_lake / "raw_tickit_data/sale/sale_month=2009-01").symlink_to(TABLES["sale"].path(own_lake, MARCH).parent)
    with pytest.raises(TickitError, match="sale_month=2009-01 is a link to a folder"):
        state.inputs(str(own_lake))


def test_another_lake_is_built(lake: Path, own_lake: Path, warehouse: Path) -> None:
    assert state.last_run(state.inputs(str(lake)), warehouse, str(lake)).result is None


def test_a_changed_warehouse_is_built(own_lake: Path, warehouse: Path) -> None:
    warehouse.write_bytes(b"changed by hand")
    assert state.last_run(state.inputs(str(own_lake)), warehouse, str(own_lake)).result is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]"])
def test_a_damaged_memory_is_no_memory(content: bytes, own_lake: Path, warehouse: Path) -> None:
    warehouse.with_name("tickit.duckdb.last_run.json").write_bytes(content)
    assert state.last_run(state.inputs(str(own_lake)), warehouse, str(own_lake)).result is None


def test_a_lake_on_s3_is_always_built(warehouse: Path) -> None:
    made_from = state.inputs("s3://bucket/lake")
    state.remember(made_from, warehouse, "s3://bucket/lake", RESULT)
    assert state.last_run(made_from, warehouse, "s3://bucket/lake").result is None


def test_another_selection_is_built(own_lake: Path, warehouse: Path) -> None:
    selected = state.inputs(str(own_lake), ["--exclude", "tag:python"])
    assert state.last_run(selected, warehouse, str(own_lake)).result is None


def test_a_published_file_that_is_gone_is_made_again(own_lake: Path, warehouse: Path) -> None:
    made_from, file = state.inputs(str(own_lake)), own_lake / "published" / "rpt_forecast" / "rpt_forecast.parquet"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"published")
    state.remember(made_from, warehouse, str(own_lake), RESULT)
    assert state.last_run(state.inputs(str(own_lake)), warehouse, str(own_lake)).result == RESULT
    file.unlink()
    assert state.last_run(state.inputs(str(own_lake)), warehouse, str(own_lake)).result is None


# Which code built the tables: "a" is the code of a run, and so on.

MODELS = ("sales", "users")


def _run(warehouse: Path, code: str, *models: str, ends_after: int | None = None) -> bool:
    """Do what a run of this code does; say whether it built from nothing.

    It is killed after so many of its models, if that is given. The warehouse is there as soon as a run has begun.
    """
    tables = state.Tables(warehouse, code, MODELS)
    anew = tables.begin(models or MODELS)
    warehouse.touch()
    for model in (models or MODELS)[:ends_after]:
        tables.built(model)
    return anew


@pytest.mark.parametrize(
    ("runs", "from_nothing"),
    [
        (["a", "a"], [False, False]),
        (["a", "a killed", "a"], [False, False, False]),
        (["a killed", "a"], [False, False]),
        (["a", "b"], [False, True]),
        (["a", "b", "b killed", "b"], [False, True, False, False]),
        (["a", "b killed", "b", "b"], [False, True, True, False]),
        (["a", "b killed", "b killed", "b", "b"], [False, True, True, True, False]),
        (["a", "b killed", "a"], [False, True, True]),
        (["a", "b killed at the end", "b"], [False, True, False]),
        (["a", "b killed at once", "a"], [False, True, True]),
        (["a", "b", "a"], [False, True, True]),
    ],
    ids=lambda value: ", ".join(value) if isinstance(value[0], str) else "",
)
def test_only_other_code_builds_from_nothing_whatever_was_killed(
    runs: list[str], from_nothing: list[bool], tmp_path: Path
) -> None:
    ends = {"": None, "killed": 1, "killed at once": 0, "killed at the end": 2}
    warehouse = tmp_path / "tickit.duckdb"
    seen = []
    for run in runs:
        code, _, end = run.partition(" ")
        seen.append(_run(warehouse, code, ends_after=ends[end]))
    assert seen == from_nothing


def test_a_run_of_a_selection_says_nothing_of_the_rest(tmp_path: Path) -> None:
    warehouse = tmp_path / "tickit.duckdb"
    _run(warehouse, "a")
    assert _run(warehouse, "b", "sales")
    assert not _run(warehouse, "b", "sales")
    assert _run(warehouse, "b")
    assert not _run(warehouse, "b", "users")
    assert not _run(warehouse, "b")


def test_a_warehouse_of_unknown_code_is_built_from_nothing(tmp_path: Path) -> None:
    warehouse = tmp_path / "tickit.duckdb"
    warehouse.touch()
    assert _run(warehouse, "a")


def test_a_warehouse_that_was_removed_is_new(tmp_path: Path) -> None:
    warehouse = tmp_path / "tickit.duckdb"
    _run(warehouse, "a")
    warehouse.unlink()
    assert not _run(warehouse, "b")


def test_a_run_that_has_begun_leaves_something_to_build_and_what_it_knows_of_code(
    own_lake: Path, warehouse: Path
) -> None:
    made_from = state.inputs(str(own_lake))
    _run(warehouse, "a")
    assert state.last_run(made_from, warehouse, str(own_lake)).result is None
    state.remember(made_from, warehouse, str(own_lake), RESULT)
    assert state.last_run(made_from, warehouse, str(own_lake)).result == RESULT
    assert not _run(warehouse, "a")


def test_every_file_that_a_build_is_made_from_is_code(monkeypatch: pytest.MonkeyPatch) -> None:
    code = state.inputs("lake")["code"]
    monkeypatch.setattr(state, "CODE", ("dbt_project.yml",))
    assert state.inputs("lake")["code"] != code


def test_a_full_disk_at_the_end_names_the_file(
    own_lake: Path, warehouse: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = warehouse.with_name("tickit.duckdb.last_run.json").read_bytes()
    warehouse.with_name("tickit.duckdb.last_run.json.part").symlink_to("/dev/full")
    assert exit_code(lambda: state.remember(state.inputs(str(own_lake)), warehouse, str(own_lake), {"tests": {}})) == 1
    said = capsys.readouterr().err
    assert said == f"Error: {warehouse}.last_run.json: No space left on device\n"
    assert warehouse.with_name("tickit.duckdb.last_run.json").read_bytes() == before
