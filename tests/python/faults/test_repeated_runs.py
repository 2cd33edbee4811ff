"""A run repeated, killed, interrupted, with another lake: always the marts of an undisturbed run, or nothing to do."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess

import pytest

from scripts.lake.layout import RAW_ZONE, TABLES
from tests.python.faults.checkout import TICKIT, Checkout, Run, ended, read_until
from tests.python.faults.conftest import WITHOUT_PYTHON_MODELS
from tests.python.faults.spoiling import MARCH

REMEMBERED = "tickit.duckdb.last_run.json"


FROM_NOTHING = "The tables may be of other code than the project has now: building them from nothing."


def marts(checkout: Checkout) -> dict[str, tuple[int, int]]:
    """Return the number of rows of every mart, and a checksum of them that does not depend on their order.

    Without the version of their deliveries, which a copy of a lake has others of.
    """
    relations = checkout.query(
        "select table_schema || '.' || table_name, string_agg(column_name, ', ') from information_schema.columns"
        " where table_schema in ('tickit_core', 'tickit_sales', 'tickit_marketing')"
        " and column_name <> 'delivery_version' group by 1 order by 1"
    )
    return {
        relation: checkout.query(
            f"select count(*), sum(hash(row)::hugeint) from (select {columns} from {relation}) as row"
        )[0]
        for relation, columns in relations
    }


@pytest.mark.soak
def test_a_run_without_faults_says_so(good: tuple[Checkout, Run]) -> None:
    checkout, run = good
    output = run.must_end(0)
    assert "Rejected rows none: every line of the lake is in a staging model" in output
    # Not within a word, as in the name of rpt_run_failures.
    assert not re.search(r"\b(warn|fail|error)", output)
    for raw, accounted in checkout.accounts().values():
        assert raw == accounted


@pytest.mark.soak
def test_the_shell_opens_it(good: tuple[Checkout, Run]) -> None:
    """Though the folder's name has quotes in it."""
    command = [*TICKIT, "query"]
    sql = "select count(*) > 0 as has_rows from dim_venues; select count(*) > 0 as published from rpt_seller_scorecard;"
    done = subprocess.run(command, cwd=good[0].folder, input=sql, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("true") == 2


@pytest.fixture(scope="module")
def second(good: tuple[Checkout, Run]) -> tuple[Run, bool]:
    """Run again, and say whether the warehouse was left as it was."""
    checkout, _ = good
    before = checkout.warehouse.read_bytes(), checkout.warehouse.stat().st_mtime_ns
    run = checkout.run()
    return run, (checkout.warehouse.read_bytes(), checkout.warehouse.stat().st_mtime_ns) == before


@pytest.mark.soak
def test_a_second_run_builds_nothing(second: tuple[Run, bool]) -> None:
    run, untouched = second
    assert "Nothing has changed since the last run, in the lake or in the code: nothing to build." in run.must_end(0)
    assert "Building and testing" not in run.output
    assert untouched


@pytest.fixture(scope="module")
def resumed(
    good: tuple[Checkout, Run], second: tuple[Run, bool], few: tuple[Checkout, Run]
) -> tuple[Checkout, Run, str]:
    """Replace the raw zone, kill the run that builds it, and run twice again; a file changes while the first builds.

    Return the second of these, with what another run said that was started beside the one that was killed.
    """
    checkout, _ = good
    shutil.rmtree(checkout.lake / RAW_ZONE)
    shutil.copytree(few[0].lake / RAW_ZONE, checkout.lake / RAW_ZONE)
    killed = checkout.start_run()
    read_until(killed, "success  base_tickit__sales")
    beside = checkout.run().must_end(1)
    read_until(killed, "success  stg_tickit__sales")
    os.kill(killed.pid, signal.SIGKILL)
    ended(killed)
    assert killed.returncode == -signal.SIGKILL
    assert "result" not in json.loads((checkout.warehouse.parent / REMEMBERED).read_text())

    repeated = checkout.start_run()
    seen = read_until(repeated, "success  base_tickit__sales")
    TABLES["sale"].path(checkout.lake, MARCH).touch()
    rest = seen + ended(repeated).must_end(1)
    # What was read may not be what was staged, so the build stops there, and says which file it is.
    assert "fail files_are_as_they_were_staged" in rest
    assert "sale_month=2008-03/sale.txt" in rest
    assert FROM_NOTHING not in rest
    return checkout, checkout.run(*WITHOUT_PYTHON_MODELS), beside


@pytest.mark.soak
def test_a_run_beside_another_is_told_so(resumed: tuple[Checkout, Run, str]) -> None:
    assert "warehouse/tickit.duckdb is in use by process" in resumed[2]
    assert "Building and testing" not in resumed[2]


@pytest.mark.soak
def test_after_a_kill_the_next_run_makes_the_marts_of_an_undisturbed_one(
    resumed: tuple[Checkout, Run, str], few: tuple[Checkout, Run]
) -> None:
    """And of the lake that is there now, though another was there when the warehouse was first built."""
    checkout, run, _ = resumed
    run.must_end(0)
    undisturbed = marts(few[0])
    assert len(undisturbed) == 12
    resumed_marts = marts(checkout)
    assert {name: resumed_marts[name] for name in undisturbed} == undisturbed
    assert checkout.accounts() == few[0].accounts()


@pytest.mark.soak
def test_a_killed_run_is_followed_by_one_that_adds_what_is_new(resumed: tuple[Checkout, Run, str]) -> None:
    assert FROM_NOTHING not in resumed[1].output


@pytest.mark.soak
def test_ctrl_c_ends_a_run_without_a_traceback(resumed: tuple[Checkout, Run, str]) -> None:
    checkout, *_ = resumed
    TABLES["sale"].path(checkout.lake, MARCH).touch()
    run = checkout.start_run()
    read_until(run, "Parsing the project")
    run.send_signal(signal.SIGINT)
    try:
        run.wait(timeout=5)
    except subprocess.TimeoutExpired:
        # As a person would: CPython loses an interrupt that comes while an object is being finalised.
        run.send_signal(signal.SIGINT)
    assert "Interrupted." in ended(run).output
    # CPython ends by the signal itself if it caught the interrupt within exec(), as dbt's libraries do.
    assert run.returncode in (130, -signal.SIGINT)


@pytest.mark.soak
def test_what_other_code_has_built_is_known(resumed: tuple[Checkout, Run, str]) -> None:
    checkout, *_ = resumed
    macros = checkout.folder / "macros"
    original = macros.resolve()
    macros.unlink()
    shutil.copytree(original, macros)
    (macros / "new.sql").write_text("{# Other code. #}\n")
    model = "base_tickit__categories"
    before = json.loads((checkout.warehouse.parent / REMEMBERED).read_text())["tables"]
    assert FROM_NOTHING in checkout.run("--select", model).must_end(0)
    after = json.loads((checkout.warehouse.parent / REMEMBERED).read_text())["tables"]
    assert len(after) > 5
    assert {name for name, code in after.items() if before[name] != code} == {model}
    assert FROM_NOTHING not in checkout.run("--select", model).must_end(0)
