"""Landing: months and days come once however they come, each event does what it promises, mistakes are reported."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from scripts.core.errors import TickitError
from scripts.lake import writing
from scripts.lake.landing import UNFINISHED, days_of, land_day, land_month, next_day, next_month
from scripts.lake.landing.events import EVENTS
from scripts.lake.layout import DELIMITER, MONTHS, PARTITIONED, TABLES, Table
from scripts.lake.writing import NEW, OLD, SOURCE_SYSTEM, locked, replaced_raw_zone
from tests.python.lake import originals_fixture as originals
from tests.python.lake.test_synthetic import digest
from tests.python.tickit import land as main
from tests.python.tickit import make_lake

SALE, LISTING = TABLES["sale"], TABLES["listing"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of which nothing is held back. Read only."""
    return _made(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def until_october(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake until October, to be copied."""
    return _made(tmp_path_factory.mktemp("until"), "--until", "2008-10")


@pytest.fixture
def lake(until_october: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(until_october, tmp_path / "lake"))


def _made(folder: Path, *arguments: str) -> Path:
    assert make_lake(["--scale", "0.01", "--dest", str(folder), *arguments]) == 0
    return folder


def _files(lake: Path, table: Table, month: str) -> list[str]:
    return sorted(path.name for path in table.path(lake, month).parent.glob("*"))


def _read(path: Path) -> list[str]:
    """Lines of a file without its header."""
    return path.read_text(encoding="latin-1").splitlines()[1:]


def _lines(lake: Path) -> dict[str, list[str]]:
    """All lines of the months, sorted: what a lake holds, however it is cut into files."""
    return {
        table.name: sorted(
            line
            for path in (lake / "raw_tickit_data" / table.name).rglob("*.txt")
            for line in path.read_bytes().decode("latin-1").splitlines()[1:]
        )
        for table in PARTITIONED
    }


def _manifest(lake: Path) -> dict[str, object]:
    return json.loads((lake / "lake.json").read_text())


# --- Held back


def test_months_after_until_are_not_delivered(whole: Path, until_october: Path) -> None:
    for table in PARTITIONED:
        months = sorted(path.name[-7:] for path in (until_october / "raw_tickit_data" / table.name).iterdir())
        assert months == list(MONTHS[:10])
        for month in months:
            assert table.path(until_october, month).read_bytes() == table.path(whole, month).read_bytes()


def test_the_manifest_says_what_is_there_and_what_is_awaited(whole: Path, lake: Path) -> None:
    assert _manifest(lake)["awaited_months"] == ["2008-11", "2008-12"]
    assert _manifest(lake)["rows"] == {
        **_manifest(whole)["rows"],
        **{name: len(lines) for name, lines in _lines(lake).items()},
    }


def test_until_the_last_month_is_the_whole_lake(whole: Path, tmp_path: Path) -> None:
    assert digest(_made(tmp_path / "lake", "--until", "2008-12")) == digest(whole)


def test_a_new_lake_has_a_new_source_system(lake: Path) -> None:
    _made(lake)
    assert sorted(path.name for path in lake.iterdir()) == ["lake.json", "raw_tickit_data"]


# --- Landed


def test_all_months_landed_make_the_whole_lake(whole: Path, lake: Path) -> None:
    land_month(lake, next_month(lake))
    assert _manifest(lake)["awaited_months"] == ["2008-12"]
    land_month(lake, next_month(lake))
    shutil.rmtree(lake / SOURCE_SYSTEM)
    assert digest(lake) == digest(whole)


def test_all_days_landed_make_the_whole_lake(whole: Path, lake: Path) -> None:
    landed = []
    while not landed or landed[-1] < "2008-12-31":
        landed.append(next_day(lake))
        land_day(lake, landed[-1])
    assert landed == [*days_of("2008-11"), *days_of("2008-12")]
    assert _lines(lake) == _lines(whole)
    assert _manifest(lake)["rows"] == _manifest(whole)["rows"]
    of_a_day = _read(SALE.path(lake, "2008-12").with_name("sale_2008-12-05.txt"))
    assert {line.split(DELIMITER)[-1][:10] for line in of_a_day} == {"2008-12-05"}

    with pytest.raises(TickitError, match="every day is in .* Give MONTH=2008-11"):
        next_day(lake)
    for month in ("2008-11", "2008-12"):
        land_month(lake, month)
    shutil.rmtree(lake / SOURCE_SYSTEM)
    assert digest(lake) == digest(whole), "a month's file takes the place of its days'"


def test_what_comes_again_replaces_what_was_there(lake: Path) -> None:
    for _ in range(2):
        land_day(lake, "2008-11-07")
        assert _files(lake, SALE, "2008-11") == ["sale_2008-11-07.txt"]
    for _ in range(2):
        land_month(lake, "2008-11")
        assert _files(lake, SALE, "2008-11") == ["sale.txt"]


def test_a_month_of_the_beginning_can_come_again(whole: Path, tmp_path: Path) -> None:
    lake = Path(shutil.copytree(whole, tmp_path / "lake"))
    land_month(lake, "2008-03", ["corrected"])
    assert _lines(lake) != _lines(whole)
    land_month(lake, "2008-03", ["truncated"])
    land_month(lake, "2008-03")
    assert _lines(lake) == _lines(whole)
    assert _manifest(lake) == _manifest(whole)


def test_landing_leaves_the_other_months_alone(lake: Path) -> None:
    before = digest(lake)
    land_month(lake, "2008-12", list(set(EVENTS) - {"late"}))
    assert {name for name, hashed in before.items() if digest(lake)[name] != hashed} == {"lake.json"}


def test_a_lake_of_the_originals_lands_the_same_lines(tmp_path: Path) -> None:
    source = tmp_path / "originals"
    source.mkdir()
    for name, content in originals.FILES.items():
        (source / name).write_bytes(content)
    # A line that cannot be read goes to the first month, and lands with it.
    (source / "sales_tab.txt").write_bytes(originals.FILES["sales_tab.txt"] + b"4\tthis is \xff no sale\n")
    for name, until in (("whole", "2008-12"), ("landed", "2008-01"), ("by_day", "2008-01")):
        assert make_lake(["--source", str(source), "--dest", str(tmp_path / name), "--until", until]) == 0
    landed, by_day = tmp_path / "landed", tmp_path / "by_day"
    for month in _manifest(landed)["awaited_months"]:
        land_month(landed, month)
        for day in days_of(month):
            land_day(by_day, day)
    assert _lines(landed) == _lines(by_day) == _lines(tmp_path / "whole")
    assert _manifest(landed) == _manifest(tmp_path / "whole")
    assert land_month(landed, "2008-02", ["corrected"]).files


# --- Events


def test_late_lines_are_new_and_of_the_month_before(whole: Path, lake: Path) -> None:
    land_month(lake, "2008-11", ["late"])
    land_day(lake, "2008-12-03", ["late"])
    keys = Counter()
    for table in PARTITIONED:
        assert _files(lake, table, "2008-10") == [f"{table.name}.txt", f"{table.name}_late_2008-11.txt"]
        assert _files(lake, table, "2008-11") == [f"{table.name}.txt", f"{table.name}_late_2008-12-03.txt"]
        for month, name in (("2008-10", "late_2008-11"), ("2008-11", "late_2008-12-03")):
            late = _read(table.path(lake, month).with_name(f"{table.name}_{name}.txt"))
            assert late
            assert {line.split(DELIMITER)[-1][:7] for line in late} == {month}
            keys.update(f"{table.name} {line.split(DELIMITER)[0]}" for line in late)
    assert max(keys.values()) == 1
    assert not {key.split()[1] for key in keys} & {line.split(DELIMITER)[0] for line in _lines(whole)["listing"]}

    land_month(lake, "2008-11")
    assert "sale_late_2008-12-03.txt" in _files(lake, SALE, "2008-11"), "they are no part of the month's file"


def test_a_corrected_month_has_lines_changed_gone_and_new(whole: Path, lake: Path) -> None:
    land_month(lake, "2008-11", ["corrected"])
    for table in PARTITIONED:
        before = {line.split(DELIMITER)[0]: line for line in _read(table.path(whole, "2008-11"))}
        lines = _read(table.path(lake, "2008-11"))
        after = {line.split(DELIMITER)[0]: line for line in lines}
        assert len(after) == len(lines), "no key is repeated"
        changed = [key for key in before.keys() & after.keys() if before[key] != after[key]]
        assert len(changed) == -(-len(before) // 100)
        assert after.keys() - before.keys()
        assert all(int(key) > 1_000_000_000 for key in after.keys() - before.keys())
        money = table.columns.index("priceperticket" if table is LISTING else "pricepaid")
        for key in changed:
            assert Decimal(after[key].split("|")[money]) < Decimal(before[key].split("|")[money])
    gone = set(_read(SALE.path(whole, "2008-11"))) - set(_read(SALE.path(lake, "2008-11")))
    assert len(gone) > len(changed)


def test_a_listing_that_is_sold_is_not_withdrawn(whole: Path, tmp_path: Path) -> None:
    lake = Path(shutil.copytree(whole, tmp_path / "lake"))
    withdrawn = set()
    for month in MONTHS:
        land_month(lake, month, ["corrected"])
        before, after = ({line.split("|")[0] for line in _read(LISTING.path(place, month))} for place in (whole, lake))
        withdrawn |= before - after
    assert withdrawn
    assert not withdrawn & {line.split("|")[1] for line in _lines(whole)["sale"]}


@pytest.mark.parametrize("period", ["2008-11", "2008-11-05"])
def test_a_duplicate_has_another_name_and_goes_with_the_next_landing(lake: Path, period: str) -> None:
    land = land_month if len(period) == 7 else land_day
    name = "sale" if len(period) == 7 else f"sale_{period}"
    land(lake, period, ["duplicated"])
    folder = SALE.path(lake, "2008-11").parent
    assert _files(lake, SALE, "2008-11") == [f"{name}.txt", f"{name}_again.txt"]
    assert (folder / f"{name}.txt").read_bytes() == (folder / f"{name}_again.txt").read_bytes()
    assert _manifest(lake)["rows"]["sale"] == len(_lines(lake)["sale"])
    land(lake, period)
    assert _files(lake, SALE, "2008-11") == [f"{name}.txt"]


@pytest.mark.parametrize("table", PARTITIONED, ids=lambda table: table.name)
def test_a_column_less_a_column_more_no_line(lake: Path, table: Table) -> None:
    path = table.path(lake, "2008-11")
    land_month(lake, "2008-11")
    lines = [line.split(DELIMITER) for line in path.read_text().splitlines()]

    land_month(lake, "2008-11", ["dropped_column"])
    dropped = table.columns.index("totalprice" if table is LISTING else "commission")
    assert path.read_text().splitlines() == [DELIMITER.join(line[:dropped] + line[dropped + 1 :]) for line in lines]

    land_month(lake, "2008-11", ["new_column"])
    assert {line.split(DELIMITER)[-1] for line in _read(path)} == {"web"}
    assert [line.split(DELIMITER)[:-1] for line in path.read_text().splitlines()] == lines
    assert path.read_text().startswith(f"{table.header}|channel\n")

    land_month(lake, "2008-11", ["empty"])
    assert path.read_text() == f"{table.header}\n"


def test_a_truncated_file_ends_in_the_middle_of_a_line(whole: Path, lake: Path) -> None:
    land_month(lake, "2008-11", ["truncated"])
    for table in PARTITIONED:
        cut, full = (table.path(place, "2008-11").read_bytes() for place in (lake, whole))
        assert full.startswith(cut)
        assert 0.4 < len(cut) / len(full) < 0.6
        assert 0 < cut.rpartition(b"\n")[2].count(b"|") < len(table.columns) - 1
    assert _manifest(lake)["rows"]["sale"] == len(_lines(lake)["sale"])


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_is_the_same_every_time_and_the_month_can_come_again(whole: Path, lake: Path, event: str) -> None:
    land_month(lake, "2008-11", [event])
    once = digest(lake)
    land_month(lake, "2008-11", [event])
    assert digest(lake) == once
    land_month(lake, "2008-11")
    for table in PARTITIONED:
        assert _files(lake, table, "2008-11") == [f"{table.name}.txt"]
        assert table.path(lake, "2008-11").read_bytes() == table.path(whole, "2008-11").read_bytes()


# --- Interrupted, and at the same time


def test_nothing_but_a_truncated_file_is_ever_half_there(lake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A landing that fails while it writes has changed nothing in the raw zone, and the next one cleans up."""
    before = _lines(lake)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("scripts.lake.landing._write", full_disk)
        with pytest.raises(TickitError, match="No space left on device"):
            land_month(lake, "2008-11", ["corrected"])
    assert _lines(lake) == before
    (lake / UNFINISHED).mkdir()
    (lake / UNFINISHED / "sale.txt").write_text("left by a killed landing")
    land_month(lake, "2008-11")
    assert not (lake / UNFINISHED).exists()


def test_what_cannot_be_counted_is_named(lake: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (SALE.path(lake, "2008-01").parent.parent / "sale_month=2007-12").symlink_to(elsewhere)
    with pytest.raises(TickitError, match="sale_month=2007-12 is a link to a folder"):
        land_month(lake, "2008-11")
    assert not SALE.path(lake, "2008-11").exists()


def test_one_at_a_time(lake: Path) -> None:
    with locked(lake), pytest.raises(TickitError, match="another run is writing"):
        land_month(lake, "2008-11")


@pytest.mark.parametrize("done", range(7))
def test_a_lake_killed_between_any_two_renames_is_old_or_new_as_a_whole(
    lake: Path, tmp_path: Path, done: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raw zone, manifest and source system belong together."""
    new = _made(tmp_path / "new", "--seed", "7", "--until", "2008-11")
    old_lake, new_lake = digest(lake), digest(new)
    renames = 0
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        nonlocal renames
        if OLD in str(target) or NEW in str(path):
            if renames == done:
                raise KeyboardInterrupt
            renames += 1
        return rename(path, target)

    (lake / NEW).mkdir()
    for name in ("raw_tickit_data", "lake.json", SOURCE_SYSTEM):
        shutil.move(new / name, lake / NEW / name)
    monkeypatch.setattr(Path, "rename", killed)
    if done < 6:
        with pytest.raises(KeyboardInterrupt):
            writing._swap(lake)
    else:
        writing._swap(lake)
    monkeypatch.undo()
    with pytest.raises(TickitError, match="stop"), replaced_raw_zone(lake):
        raise TickitError("stop")
    assert digest(lake) == (old_lake if done < 4 else new_lake)


# --- The command line


def _said(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr()
    return re.sub(r"\s+", " ", said.out + said.err)


def test_says_what_landed_and_what_next(lake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["--lake", str(lake), "--day", "next"]) == 0
    said = _said(capsys)
    assert "sale_2008-11-01.txt" in said
    assert f"Next: TICKIT_LAKE={lake} TICKIT_WAREHOUSE=warehouse/of_lake.duckdb make run" in said
    assert main(["--lake", str(lake)]) == 0
    said = _said(capsys)
    rows = len(_read(SALE.path(lake, "2008-11")))
    assert f"raw_tickit_data/sale/sale_month=2008-11/sale.txt {rows}" in said
    assert "Removed 2 files that these replace: listing_2008-11-01.txt, sale_2008-11-01.txt" in said
    assert "Not complete yet: 2008-12." in said


def test_the_lake_is_the_one_that_make_run_reads(
    lake: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TICKIT_LAKE", str(lake))
    assert main(["--events", "corrected, late"]) == 0
    monkeypatch.setenv("TICKIT_LAKE", "s3://bucket/lake")
    assert main([]) == 1
    assert "is on S3" in _said(capsys)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--month", "2009-01"], "2009-01 is not a month of TICKIT"),
        (["--month", "December"], "December is not a month of TICKIT"),
        (["--day", "2008-11-31"], "2008-11-31 is not a day"),
        (["--day", "2009-11-01"], "2009-11 is not a month of TICKIT"),
        (["--events", "late,lost"], "there is no event lost: give some of late, corrected"),
        (["--month", "2008-12", "--day", "2008-12-01"], "give --month or --day, not both"),
    ],
)
def test_wrong_arguments(
    lake: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str], message: str
) -> None:
    before = digest(lake)
    assert main(["--lake", str(lake), *arguments]) == 2
    assert message in _said(capsys)
    assert digest(lake) == before


def test_until_a_month_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make_lake(["--until", "2007-12", "--dest", str(tmp_path / "lake")]) == 2
    assert "2007-12 is not a month of TICKIT" in _said(capsys)


def test_help_has_examples_and_every_event(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = _said(capsys)
    assert "make land DAY=next" in said
    assert all(event in said for event in EVENTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing is held back"),
        (["--day", "next"], "nothing is held back"),
        (["--day", "2008-12-05"], "2008-12 is complete. MONTH=2008-12 sends the month again."),
        (["--month", "2008-01", "--events", "late"], "nothing can come late with 2008-01"),
    ],
)
def test_what_cannot_land(
    whole: Path, capsys: pytest.CaptureFixture[str], arguments: Sequence[str], message: str
) -> None:
    before = digest(whole)
    assert main(["--lake", str(whole), *arguments]) == 1
    assert message in _said(capsys)
    assert digest(whole) == before


def test_no_lake(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lake", str(tmp_path)]) == 1
    assert "there is no lake in" in _said(capsys)
    assert list(tmp_path.iterdir()) == []


def test_what_the_functions_refuse(lake: Path) -> None:
    for land, period, events, message in (
        (land_month, "2009-01", [], "2009-01 is not a month of TICKIT"),
        (land_month, "2008-11", ["lost"], "there is no event lost"),
        (land_day, "2008-11-31", [], "2008-11-31 is not a day of 2008-11"),
    ):
        with pytest.raises(TickitError, match=message):
            land(lake, period, events)


def test_a_manifest_that_cannot_be_read(lake: Path) -> None:
    (lake / "lake.json").write_text("{")
    with pytest.raises(TickitError, match="cannot read .*lake.json"):
        land_month(lake, "2008-11")
