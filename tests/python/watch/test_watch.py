"""What a save builds and prints, on a small project."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from scripts.cli import main
from scripts.core.errors import TickitError
from scripts.watch import run
from tests.python.dbt_project import ROOT
from tests.python.tickit import TICKIT
from tests.python.watch.tiny import SALES, Watched, replace, rows, write

REVENUE = "select half, revenue from totals order by half"
NO_CHANGE = "nothing to build has changed"


def test_a_save_builds_what_changed_and_what_reads_it_and_shows_the_result(project: Path) -> None:
    before = Path("tiny.duckdb").stat().st_mtime_ns
    watched = Watched()
    assert NO_CHANGE in watched.save()
    assert Path("tiny.duckdb").stat().st_mtime_ns == before
    write("models/sales.sql", SALES.replace("range(6)", "range(8)"))
    said = watched.save()
    assert "Building sales and 2 below" in said
    assert re.search(r"sales +8 rows\n +sale_id +price +\n +0 +0 +\n +1 +10 ", said), said
    assert "Downstream, built: kept, totals" in said
    assert "Read by: dashboard board" in said
    # Of the models below, whose code is as it was, no unit tests.
    assert "Tests: 5 pass" in said
    assert "people" not in said
    assert rows(REVENUE) == [(0, 240), (1, 320)]
    assert NO_CHANGE in watched.save()


def test_an_incremental_model_has_no_rows_of_the_old_code(project: Path) -> None:
    """Its own code, a macro, and what it reads: dbt alone would add no row, and the tests would see the old ones."""
    watched = Watched()
    replace("models/kept.sql", "as doubled_price", "+ 1 as doubled_price")
    watched.save()
    assert rows("select min(doubled_price) from kept") == [(1,)]
    replace("macros/doubled.sql", "* 2", "* 4")
    watched.save()
    assert rows("select max(doubled_price) from kept") == [(201,)]
    write("models/sales.sql", SALES.replace("range *", "1 + range *"))
    said = watched.save()
    assert rows("select max(doubled_price) from kept") == [(205,)]
    assert rows(REVENUE) == [(0, 255), (1, 375)], said
    assert "TICKIT_REBUILD_FACTS" not in os.environ


def test_an_sql_error_names_file_and_line_and_is_built_again_with_the_next_save(project: Path) -> None:
    watched = Watched()
    replace("models/totals.sql", "group by 1", "groupby 1")
    said = watched.save()
    assert "could not be run" in said
    assert "models/totals.sql, line 6" in said
    assert "Traceback" not in said
    # Another file is saved, which has nothing to do with it.
    write("seeds/cities.csv", "city\nBoston\n")
    assert "models/totals.sql, line 6" in watched.save()
    replace("models/totals.sql", "groupby 1", "group by 1")
    assert re.search(r"totals +2 rows", watched.save())
    assert NO_CHANGE in watched.save()


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("models/totals.sql", "select 1 as half,\n{{ 1 +/ 2 }} as revenue", r"totals\.sql(.|\n)*line 2"),
        ("models/_models.yml", "models:\n  - name: [\n", r"_models\.yml(.|\n)*line [23]"),
        ("models/totals.sql", "select * from {{ ref('nowhere') }}", r"totals\.sql.* 'nowhere' which was not found"),
        ("dbt_project.yml", "name: tiny\nvars: [\n", r"dbt_project\.yml(.|\n)*line [23]"),
    ],
)
def test_what_dbt_cannot_read_is_named_and_what_follows_is_compared_with_the_last_good_parse(
    project: Path, file: str, text: str, said: str
) -> None:
    watched = Watched()
    good = Path(file).read_text(encoding="utf-8")
    write("models/sales.sql", SALES.replace("range(6)", "range(7)"))
    write(file, text)
    wrong = watched.save()
    assert re.search(said, wrong), wrong
    assert "Traceback" not in wrong
    write(file, good)
    assert re.search(r"sales +7 rows", watched.save())


def test_each_kind_of_file_builds_what_depends_on_it(project: Path) -> None:
    watched = Watched()
    write("seeds/cities.csv", "city\nBoston\nOakland\nReno\n")
    assert re.search(r"cities +3 rows", said := watched.save())
    assert "Downstream, built: people" in said
    write("analyses/best.sql", "select 1 + max(revenue) as best from {{ ref('totals') }}\n")
    assert re.search(r"analyses/best\.sql\n +best +\n +181 ", watched.save())
    replace("dbt_project.yml", "price: 10", "price: 20")
    watched.save()
    assert rows(REVENUE) == [(0, 240), (1, 360)]
    replace("models/_models.yml", "at_most: 1000", "at_most: 150")
    said = watched.save()
    assert "doubled_price of kept: 2 rows" in said
    assert "models/_models.yml" in said
    replace("macros/is_small.sql", " > ", " > 100 + ")
    assert "Tests: 1 pass" in watched.save()
    # A type that the contract asks for, and the rows do not have.
    replace("models/_models.yml", "data_type: int, description", "data_type: varchar, description")
    assert "This model has an enforced contract that failed" in watched.save()
    replace("models/_models.yml", "data_type: varchar, description", "data_type: int, description")
    assert re.search(r"totals +2 rows", watched.save())
    replace("models/_models.yml", "revenue: 7", "revenue: 8")
    assert "unit test halves_are_added_up: the rows are not as expected" in watched.save()
    # With a model that is not the one it tests.
    replace("models/_models.yml", "revenue: 8", "revenue: 9")
    write("models/people.sql", "select city, 'bea@example.com' as email from {{ ref('cities') }}\n")
    said = watched.save()
    assert "unit test halves_are_added_up: the rows are not as expected" in said
    assert re.search(r"people +3 rows", said)


def test_a_test_that_fails_keeps_what_reads_the_model_from_being_built(project: Path) -> None:
    watched = Watched()
    write("models/sales.sql", SALES.replace("range::int", "1"))
    said = watched.save()
    assert "sale_id of sales: 1 value on more than one row" in said
    assert "Skipped, because they read what failed: 2 models" in said
    write("models/sales.sql", SALES.replace("range(6)", "range(4)"))
    assert re.search(r"totals +2 rows", watched.save())
    assert rows(REVENUE) == [(0, 40), (1, 80)]


def test_new_and_removed_models(project: Path) -> None:
    watched = Watched()
    write("models/new.sql", "select count(*) as sales from {{ ref('sales') }}")
    assert re.search(r"new +1 rows", watched.save())
    Path("models/new.sql").unlink()
    assert "Removed: new. What was built of it stays in the warehouse." in watched.save()


def test_only_what_is_selected_is_built(project: Path) -> None:
    watched = Watched("sales", "kept")
    write("models/sales.sql", SALES.replace("range(6)", "range(8)"))
    write("seeds/cities.csv", "city\nBoston\n")
    said = watched.save()
    assert "Downstream, built: kept\n" in said
    assert "Not built: totals (outside --select)" in said
    assert "Not built: cities (outside --select)" in said
    assert rows("select (select count(*) from cities), (select sum(revenue) from totals)") == [(2, 300)]


def test_a_selection_that_dbt_does_not_understand_is_an_error(project: Path) -> None:
    with pytest.raises(TickitError, match="tg"):
        Watched("tg:python")


def test_first_rows_go_to_a_terminal_alone_and_no_file_keeps_a_value(project: Path) -> None:
    replace("models/people.sql", "ann@", "zoe@")
    # dbt's log of the build before the first save is not watch's.
    shown = Watched()
    replace("models/people.sql", "as email", "as mail")
    said = shown.save()
    assert "zoe@example.com" in said
    piped = Watched(terminal=False)
    replace("models/people.sql", "as mail", "as address")
    said = piped.save()
    assert re.search(r"people +2 rows", said)
    assert "zoe@example.com" not in said
    logs = [path for path in Path("logs").rglob("*") if path.is_file()]
    assert [path for path in logs if "zoe@" in path.read_text(encoding="utf-8")] == []


def test_the_warehouse_is_free_between_saves_and_waited_for_when_it_is_in_use(project: Path) -> None:
    watched = Watched()
    write("models/sales.sql", SALES.replace("range(6)", "range(8)"))
    watched.save()
    holds = "import duckdb; c = duckdb.connect('tiny.duckdb', read_only=True); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holds], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        # watch is in this process, alive, and does not hold the file.
        assert reader.stdout.readline() == "open\n"
        write("models/sales.sql", SALES.replace("range(6)", "range(9)"))
        said = watched.save()
        assert f"is in use by process {reader.pid}" in said
        watched.watch.again()
        assert watched.watch.is_waiting
        assert watched.said() == ""
        reader.communicate("\n")
    watched.watch.again()
    assert re.search(r"sales +9 rows", watched.said())
    assert not watched.watch.is_waiting


def test_a_run_after_it_builds_again_though_the_code_was_put_back(project: Path) -> None:
    """As a run has left it: without this, it would add new months to rows of the code that was tried."""
    memory = Path("tiny.duckdb.last_run.json")
    memory.write_text(json.dumps({"result": {}, "tables": {"kept": "this code", "other": "this code"}}))
    watched = Watched()
    replace("models/kept.sql", "as doubled_price", "+ 1 as doubled_price")
    watched.save()
    assert json.loads(memory.read_text()) == {"tables": {"other": "this code"}}


def test_the_command_sees_saves_and_ends_at_once(project: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [*TICKIT, "watch"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        # Where it sees no save, reading its lines would never end.
        killing = threading.Timer(240, running.kill)
        killing.start()
        lines = iter(running.stdout.readline, "")
        assert any(line.startswith("Watching 4 models") for line in lines)
        # As an editor saves: to another name, then renamed.
        write("models/totals.new", Path("models/totals.sql").read_text().replace("by 1", "by 1 having true"))
        Path("models/totals.new").rename("models/totals.sql")
        assert any(re.search(r"totals +2 rows", line) for line in lines)
        assert any(re.fullmatch(r"[0-9.]+ s\n", line) for line in lines)
        replace("dbt_project.yml", "price: 10", "price: 30")
        assert any(re.search(r"sales +6 rows", line) for line in lines)
        assert any(re.fullmatch(r"[0-9.]+ s\n", line) for line in lines)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
        killing.cancel()
        assert running.returncode == 130
        assert said.strip() == "Interrupted."


def test_ctrl_c_ends_it_while_python_collects_garbage(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Python ignores an exception that is raised there."""

    class Garbage:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    def begin(watched: run.Watch) -> int:
        write("seeds/cities.csv", "city\nBoston\n")
        return begins(watched)

    begins = run.Watch.begin
    monkeypatch.setattr(run.Watch, "begin", begin)
    monkeypatch.setattr(run, "gc", SimpleNamespace(collect=lambda: bool(Garbage())))
    assert main(["watch"]) == 130
    said = capfd.readouterr()
    assert said.err.strip() == "Interrupted."


def test_without_a_warehouse_it_says_what_to_do(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("tiny.duckdb").unlink()
    assert main(["watch"]) == 1
    assert "there is no warehouse at tiny.duckdb yet: build it with `make run`" in capfd.readouterr().err
