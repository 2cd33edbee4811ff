"""The command line: what it makes, what it says, and that a failed or killed run leaves the old lake as it was."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.core.errors import TickitError
from scripts.lake import make as cli
from scripts.lake.layout import TABLES
from scripts.lake.reading import open_lake
from scripts.lake.writing import NEW, OLD, replaced_raw_zone, write_manifest
from tests.python.lake.test_synthetic import digest
from tests.python.tickit import inventory, land
from tests.python.tickit import make_lake as main

SMALL = ["--scale", "0.001"]


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """A small lake that is there before the run under test."""
    folder = tmp_path / "lake"
    assert main([*SMALL, "--seed", "1", "--dest", str(folder)]) == 0
    return folder


def test_makes_a_lake_and_says_what_and_where_and_what_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "deep" / "one's lake"
    assert main([*SMALL, "--dest", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "sale       172 rows" in said
    assert str(folder) in said
    assert "make run" in said
    assert sorted(path.name for path in folder.iterdir()) == ["lake.json", "raw_tickit_data"]


def test_the_lake_is_where_make_run_looks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TICKIT_LAKE", f"{tmp_path}/named/")
    assert main(SMALL) == 0
    assert (tmp_path / "named/raw_tickit_data").is_dir()
    assert capsys.readouterr().out.endswith("Next: make run\n")
    assert main([*SMALL, "--dest", str(tmp_path / "an other")]) == 0
    assert capsys.readouterr().out.endswith(
        f"Next: TICKIT_LAKE='{tmp_path}/an other' TICKIT_WAREHOUSE=warehouse/of_an_other.duckdb make run\n"
    )


def test_the_manifest_says_what_the_lake_is(lake: Path) -> None:
    manifest = json.loads((lake / "lake.json").read_text())
    assert manifest.pop("rows")["sale"] == 172
    assert manifest == {"source": "synthetic", "scale": 0.001, "seed": 1, "generator_version": 2}


def test_a_second_run_replaces_the_lake_and_nothing_else(lake: Path) -> None:
    (lake / "published").mkdir()
    before = digest(lake)
    assert main([*SMALL, "--seed", "2", "--dest", str(lake)]) == 0
    assert digest(lake) != before
    assert (lake / "published").is_dir()
    assert main([*SMALL, "--seed", "1", "--dest", str(lake)]) == 0
    assert digest(lake) == before


@pytest.mark.parametrize("name", ["o'brien", "a*b", "[ab]", "[!a]", "{a,b}", "a b%20c", "é"])
def test_a_lake_can_be_in_a_folder_of_any_name(tmp_path: Path, lake: Path, name: str) -> None:
    folder = tmp_path / name / "lake"
    assert main([*SMALL, "--seed", "1", "--until", "2008-11", "--dest", str(folder)]) == 0
    assert land(["--lake", str(folder)]) == 0
    assert inventory([str(folder)]) == 0
    # What the name means as a pattern is another folder.
    for other in ("aXb", "a", "b"):
        shutil.copytree(folder, tmp_path / other / "lake")
    with open_lake(folder) as read, open_lake(lake) as expected:
        for table in TABLES:
            ours, theirs = (of.execute(f'select count(*), sum(hash(t)) from "{table}" as t') for of in (read, expected))
            assert ours.fetchall() == theirs.fetchall()


@pytest.mark.parametrize("name", ["a?b", "a\\b"])
def test_a_folder_that_duckdb_cannot_read_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SMALL, "--dest", str(tmp_path / name / "lake")]) == 1
    assert f"DuckDB reads nothing below a folder with {name[1]} in its name" in capsys.readouterr().err
    assert not (tmp_path / name).exists()


# --- Wrong arguments: 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scale", "0"], "0 is not a scale: give a number from 0.001 to 1000"),
        (["--scale", "1001"], "1001 is not a scale"),
        (["--scale", "big"], "big is not a scale"),
        (["--scale", "nan"], "nan is not a scale"),
        (["--seed", "x"], "x is not a seed: give a whole number"),
        (["--seed", "-1"], "-1 is not a seed"),
        (["--threads", "0"], "0 is not in the range x>=1"),
        (["--source", "nowhere"], "there is no file or folder nowhere: give synthetic, a folder, a zip file or s3://"),
        (["--source", "https://example.com/x"], "cannot read from https://example.com/x"),
        (["--source", "s3://"], "s3:// names no bucket"),
    ],
)
def test_wrong_arguments_are_refused_with_what_to_give(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main([*arguments, "--dest", str(tmp_path / "lake")]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "lake").exists()


def test_help_names_every_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in ("synthetic", "folder", "zip", "s3://bucket/prefix", "--threads"))


# --- Failures: 1


def test_a_dest_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lake").write_text("mine")
    assert main([*SMALL, "--dest", str(tmp_path / "lake")]) == 1
    assert "Choose another DEST" in capsys.readouterr().err
    assert (tmp_path / "lake").read_text() == "mine"


def test_a_dest_below_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert main([*SMALL, "--dest", str(tmp_path / "file" / "lake")]) == 1
    assert "Choose another DEST" in capsys.readouterr().err


def test_a_dest_that_may_not_be_written(
    lake: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused by hand, because nothing is unwritable to root, who runs the tests in a container."""
    before, mkdir = digest(lake), Path.mkdir

    def refuse(folder: Path, **options: bool) -> None:
        if folder.name == NEW:
            raise PermissionError(13, "Permission denied", str(folder))
        mkdir(folder, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert main([*SMALL, "--dest", str(lake)]) == 1
    assert f"cannot write to {lake}: Permission denied. Choose another DEST." in capsys.readouterr().err
    assert digest(lake) == before


def test_a_dest_that_another_run_is_writing(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(lake)
    with pytest.raises(TickitError, match="stop"), replaced_raw_zone(lake):
        assert main([*SMALL, "--dest", str(lake)]) == 1
        raise TickitError("stop")
    assert "another run is writing" in capsys.readouterr().err
    assert digest(lake) == before


def test_a_zip_that_is_none(lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(lake)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing of TICKIT")
    assert main(["--source", str(tmp_path / "other.zip"), "--dest", str(lake)]) == 1
    assert capsys.readouterr().err.startswith("Error: ")
    assert digest(lake) == before


def test_a_run_that_fails_leaves_the_old_lake(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(lake)

    def fail(folder: Path, **_: object) -> None:
        (folder / "raw_tickit_data").mkdir()
        raise TickitError("the disk is full")

    monkeypatch.setattr(cli, "make_synthetic", fail)
    assert main([*SMALL, "--dest", str(lake)]) == 1
    assert digest(lake) == before
    assert sorted(path.name for path in lake.iterdir()) == ["lake.json", "raw_tickit_data"]


def test_a_run_that_fails_leaves_no_folder_that_was_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, **_: object) -> None:
        raise TickitError("the disk is full")

    monkeypatch.setattr(cli, "make_synthetic", fail)
    assert main([*SMALL, "--dest", str(tmp_path / "lake")]) == 1
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), RuntimeError("Query interrupted")])
def test_ctrl_c_leaves_the_old_lake(
    lake: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stop: BaseException
) -> None:
    before = digest(lake)

    def stopped(folder: Path, **_: object) -> None:
        raise stop

    monkeypatch.setattr(cli, "make_synthetic", stopped)
    assert main([*SMALL, "--dest", str(lake)]) == 130
    assert "as it was before" in capsys.readouterr().err
    assert digest(lake) == before


def test_an_error_of_ours_is_not_taken_for_ctrl_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, **_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(cli, "make_synthetic", fail)
    with pytest.raises(RuntimeError, match="a bug"):
        main([*SMALL, "--dest", str(tmp_path / "lake")])


# --- Killed runs


def test_a_killed_run_leaves_the_old_lake_and_the_next_one_cleans_up(lake: Path) -> None:
    before = digest(lake)
    program = f"""
import os, signal
from pathlib import Path
from scripts.lake import synthetic
from tests.python.tickit import make_lake as main

def killed(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)

synthetic._make_sales = killed
main(["--scale", "0.001", "--dest", {str(lake)!r}])
"""
    root = Path(cli.__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", program], cwd=root, check=False).returncode == -signal.SIGKILL
    leftovers = {path.name for path in lake.iterdir()} - {"lake.json", "raw_tickit_data"}
    assert leftovers == {NEW}
    assert {name: value for name, value in digest(lake).items() if not name.startswith(NEW)} == before

    assert main([*SMALL, "--seed", "1", "--dest", str(lake)]) == 0
    assert digest(lake) == before


def test_a_run_killed_between_two_renames_gives_the_old_lake_back(lake: Path) -> None:
    before = digest(lake)
    (lake / OLD).mkdir()
    for name in ("lake.json", "raw_tickit_data"):
        (lake / name).rename(lake / OLD / name)
    with pytest.raises(TickitError, match="stop"), replaced_raw_zone(lake):
        raise TickitError("stop")
    assert digest(lake) == before


def test_a_lake_without_a_manifest_does_not_replace_another(lake: Path) -> None:
    before = digest(lake)
    with pytest.raises(RuntimeError, match="write_manifest"), replaced_raw_zone(lake) as folder:
        (folder / "raw_tickit_data").mkdir()
    assert digest(lake) == before


def test_the_manifest_is_sorted_and_has_no_time(tmp_path: Path) -> None:
    write_manifest(tmp_path, source="originals", rows={"user": 2, "event": 1})
    assert (tmp_path / "lake.json").read_text() == (
        '{\n  "source": "originals",\n  "rows": {\n    "event": 1,\n    "user": 2\n  }\n}\n'
    )
