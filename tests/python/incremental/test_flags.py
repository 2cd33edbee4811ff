"""What each command and option of dbt does to history: each row of the table in docs/new_data.md is a test.

The law is that history is written by deliveries only. So everything else leaves each row as it was, or is refused.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from scripts.lake.layout import TABLES
from tests.python.dbt_project import ROOT
from tests.python.incremental.forked_dbt import ARTIFACTS
from tests.python.incremental.kept_history import KEEP, SNAPSHOTS, STAGE, Kept, rewrite, set_field

CITY = 4
SNAPSHOTS_ONLY = ("build", "--select", "path:snapshots", "--exclude-resource-type", "test")
STAGED = [staged for staged, _ in SNAPSHOTS.values()]
RUN = ("run", "--select", *(f"+{staged}" for staged in STAGED))


@pytest.fixture(autouse=True)
def as_at_the_start(kept: Kept, tmp_path: Path) -> None:
    """Each test begins with the same lake and the same warehouse."""
    for there in (kept.lake, kept.dbt.warehouse):
        before = there.with_name(f"{there.name}_before")
        if not before.exists():
            _copy(there, before)
        _copy(before, there)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)


def _staged(kept: Kept) -> list[tuple]:
    """Return how many rows the staging models have, and what kind of relation they are."""
    kinds = "select table_name, table_type from information_schema.tables where table_schema = 'tickit_staging'"
    return [
        *kept.query(f"{kinds} order by all"),
        *(kept.query(f"from tickit_staging.{s} order by all") for s in STAGED),
    ]


def _unchanged(kept: Kept, *commands: tuple[str, ...], env: dict[str, str] | None = None) -> None:
    """Run commands that have to succeed; not one row of history is another afterwards."""
    before = kept.all_rows()
    for command in commands:
        kept.dbt.must_run(*command, env=env)
        assert kept.all_rows() == before, command


def _refused(kept: Kept, words: str, *command: str, env: dict[str, str] | None = None) -> None:
    """Run a command that is refused in one sentence, before it changes anything."""
    before = kept.all_rows(), _staged(kept)
    code, output = kept.dbt.run(*command, env=env)
    assert (code, output.count(words)) == (1, 1), output
    assert (kept.all_rows(), _staged(kept)) == before


def _deliver_a_move(kept: Kept) -> None:
    """User 1 moves, which is a row of history when it is loaded."""
    rewrite(TABLES["user"].path(kept.lake), set_field("1", CITY, "Elsewhere"))
    kept.dbt.must_run(*STAGE)


def _cities(kept: Kept) -> list[str]:
    return [city for (city,) in kept.history("users_snapshot", "city", 1)]


def _another_target(kept: Kept, folder: Path) -> tuple[str, ...]:
    """Make what `--state` reads, of a target in this warehouse whose staging lacks most rows."""
    manifest = json.loads((Path(kept.dbt.env["DBT_TARGET_PATH"]) / "manifest.json").read_text(encoding="utf-8"))
    for node in manifest["nodes"].values():
        node["schema"] = node["schema"].replace("tickit_", "other_")
        if node.get("relation_name"):
            node["relation_name"] = node["relation_name"].replace('"tickit_', '"other_')
    (folder / "state").mkdir()
    (folder / "state" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with duckdb.connect(str(kept.dbt.warehouse)) as connection:
        connection.execute("create schema other_staging")
        connection.execute("create schema other_snapshots")
        for schema, names in (
            ("staging", [*STAGED, *(s.replace("stg", "base") for s in STAGED)]),
            ("snapshots", SNAPSHOTS),
        ):
            for name in names:
                connection.execute(f"create table other_{schema}.{name} as from tickit_{schema}.{name} limit 3")
    return "--state", str(folder / "state")


def _snapshots_there(kept: Kept) -> list[tuple]:
    return kept.query("select table_name from information_schema.tables where table_schema = 'tickit_snapshots'")


def _without_snapshots(kept: Kept) -> None:
    with duckdb.connect(str(kept.dbt.warehouse)) as connection:
        connection.execute("drop schema tickit_snapshots cascade")


def build(kept: Kept, tmp_path: Path) -> None:
    _deliver_a_move(kept)
    kept.dbt.must_run(*KEEP)
    assert _cities(kept)[1:] == ["Elsewhere"]


def run(kept: Kept, tmp_path: Path) -> None:
    _deliver_a_move(kept)
    _unchanged(kept, RUN)
    assert len(_cities(kept)) == 1


def snapshot(kept: Kept, tmp_path: Path) -> None:
    _deliver_a_move(kept)
    _unchanged(kept, ("snapshot",))  # nothing of it is loaded yet
    kept.dbt.must_run(*RUN)
    kept.dbt.must_run("snapshot")
    assert _cities(kept)[1:] == ["Elsewhere"]


def full_refresh(kept: Kept, tmp_path: Path) -> None:
    _unchanged(kept, (*KEEP, "--full-refresh"), (*RUN, "--full-refresh"), ("snapshot",))
    _refused(kept, "base_tickit__listings is big", *KEEP, "--full-refresh", env={"TICKIT_REBUILD_FACTS": "no"})


def empty(kept: Kept, tmp_path: Path) -> None:
    for command in (KEEP, ("run",), ("snapshot",), ("run", "--select", "dim_dates")):
        _refused(kept, "--empty would take all rows out of this target", *command, "--empty")


def _row_counts(env: dict[str, str]) -> list[int]:
    with duckdb.connect(env["TICKIT_WAREHOUSE"], read_only=True) as connection:
        query = "select count(*) from tickit_snapshots.{}"
        return [connection.execute(query.format(name)).fetchone()[0] for name in SNAPSHOTS]


def empty_where_nothing_is(kept: Kept, tmp_path: Path) -> None:
    env = {"TICKIT_WAREHOUSE": str(tmp_path / kept.dbt.warehouse.name)}
    for command in (STAGE, (*KEEP, "--empty"), (*KEEP, "--empty")):
        kept.dbt.must_run(*command, env=env)
    # Results are published in the lake, which is not empty because this target is.
    code, output = kept.dbt.run("run", "--select", "tag:python", "--empty", env=env)
    assert code == 1 and "--empty would publish results without rows" in output, output
    with duckdb.connect(env["TICKIT_WAREHOUSE"], read_only=True) as connection:
        for name in SNAPSHOTS:
            assert connection.execute(f"select count(*) from tickit_snapshots.{name}").fetchone() == (0,)
    # The next run begins the history.
    kept.dbt.must_run(*KEEP, env=env)
    with duckdb.connect(env["TICKIT_WAREHOUSE"], read_only=True) as connection:
        counts = [
            connection.execute(f"select count(*) from tickit_snapshots.{name}").fetchone()[0] for name in SNAPSHOTS
        ]
    assert counts == kept.row_counts()


def sample(kept: Kept, tmp_path: Path) -> None:
    _refused(kept, "--sample does nothing here", *KEEP, "--sample", "3 days")


def event_time(kept: Kept, tmp_path: Path) -> None:
    months = ("--event-time-start", "2008-01-01", "--event-time-end", "2008-03-01")
    _refused(kept, "--event-time-start and --event-time-end do nothing here", *KEEP, *months)


def defer(kept: Kept, tmp_path: Path) -> None:
    state = _another_target(kept, tmp_path)
    for options in (("--defer",), ("--defer", "--favor-state")):
        for command in (SNAPSHOTS_ONLY, ("run", "--select", "stg_tickit__users")):
            _refused(kept, "--defer would let the snapshots", *command, *options, *state)
    _unchanged(kept, ("test", "--select", "path:snapshots", "--defer", *state))
    # No history is begun with another target's rows.
    _without_snapshots(kept)
    code, output = kept.dbt.run(*SNAPSHOTS_ONLY, "--defer", "--favor-state", *state)
    assert (code, output.count("which is not of this target")) == (1, len(SNAPSHOTS)), output
    assert kept.query("select count(*) from information_schema.tables where table_schema = 'tickit_snapshots'") == [
        (0,)
    ]


def clone(kept: Kept, tmp_path: Path) -> None:
    state = _another_target(kept, tmp_path)
    before = _staged(kept)
    selected = ("--select", "+users_snapshot")
    _unchanged(kept, ("clone", *selected, *state), ("clone", "--full-refresh", *selected, *state))
    assert _staged(kept) == before
    # Where no history is, none is made of another's.
    _without_snapshots(kept)
    kept.dbt.must_run("clone", "--full-refresh", "--select", "stg_tickit__users", "users_snapshot", *state)
    assert kept.query("select count(*) from tickit_staging.stg_tickit__users") == [(3,)]
    assert kept.query("select count(*) from information_schema.tables where table_schema = 'tickit_snapshots'") == [
        (0,)
    ]


def retry(kept: Kept, tmp_path: Path) -> None:
    before = kept.all_rows()
    # A refused command leaves the results of the one before it.
    kept.dbt.run(*KEEP, "--empty", env=ARTIFACTS)
    _unchanged(kept, ("retry",), env=ARTIFACTS)
    # A snapshot is refused, put right, and tried again.
    user = TABLES["user"].path(kept.lake)
    header, first = user.read_text(encoding="utf-8").splitlines(keepends=True)[:2]
    again = user.with_name("user_again.txt")
    again.write_text(header + first, encoding="utf-8")
    kept.dbt.must_run(*STAGE)
    kept.dbt.must_run("run", "--select", "base_tickit__files", "base_tickit__deliveries", "base_tickit__users")
    for command in (SNAPSHOTS_ONLY, ("retry",)):
        code, output = kept.dbt.run(*command, env=ARTIFACTS)
        assert (code, output.count("stg_tickit__users has 1 key on more than one row")) == (1, 1), output
        assert kept.all_rows() == before
    with duckdb.connect(str(kept.dbt.warehouse)) as connection:
        connection.execute("delete from tickit_staging.base_tickit__users where source_file like '%user_again.txt'")
    _unchanged(kept, ("retry",), env=ARTIFACTS)


def selection(kept: Kept, tmp_path: Path) -> None:
    _deliver_a_move(kept)
    _unchanged(kept, (*KEEP, "--exclude", "base_tickit__files"), (*KEEP, "--exclude", "base_tickit__users"))
    kept.dbt.must_run(*KEEP, "--exclude", "listing_prices_snapshot")
    assert _cities(kept)[1:] == ["Elsewhere"]


def how_it_runs(kept: Kept, tmp_path: Path) -> None:
    options = (
        *("--threads", "1", "--fail-fast", "--no-populate-cache", "--cache-selected-only", "--no-partial-parse"),
        *("--warn-error-options", '{"error": ["Deprecations"]}', "--indirect-selection", "empty", "--store-failures"),
    )
    _unchanged(kept, (*KEEP, *options))


def variables(kept: Kept, tmp_path: Path) -> None:
    _unchanged(kept, (*KEEP, "--vars", "{tolerated_percent: 0, as_of_date: '2008-02-01'}"))


def other_commands(kept: Kept, tmp_path: Path) -> None:
    _unchanged(
        kept,
        ("test", "--select", "path:snapshots+", "--store-failures"),
        ("compile", "--select", "users_snapshot"),
        ("compile", "--select", "users_snapshot", "--no-introspect"),
        ("show", "--select", "users_snapshot"),
        ("docs", "generate", "--select", "users_snapshot"),
        ("seed", "--full-refresh"),
        STAGE,
    )
    before = kept.all_rows()
    kept.dbt.run("source", "freshness")
    assert kept.all_rows() == before


def another_target(kept: Kept, tmp_path: Path) -> None:
    env = {"TICKIT_WAREHOUSE": str(tmp_path / kept.dbt.warehouse.name)}
    _unchanged(kept, STAGE, KEEP, env=env)
    assert _row_counts(env) == kept.row_counts()


def another_lake(kept: Kept, tmp_path: Path) -> None:
    about = kept.lake / "lake.json"
    about.write_text(about.read_text(encoding="utf-8").replace('"seed": 42', '"seed": 7'), encoding="utf-8")
    _refused(kept, "is the history of another lake", *KEEP)


# The first column of the table -> its test.
CASES: dict[str, Callable[[Kept, Path], None]] = {
    "`dbt build`, `make run`": build,
    "`dbt run`": run,
    "`dbt snapshot`": snapshot,
    "`--full-refresh`": full_refresh,
    "`--empty`": empty,
    "`--empty` where no data is": empty_where_nothing_is,
    "`--sample`": sample,
    "`--event-time-start`, `--event-time-end`": event_time,
    "`--defer`, `--favor-state`": defer,
    "`dbt clone`": clone,
    "`dbt retry`": retry,
    "`--select`, `--exclude`, `--selector`, `--resource-type`": selection,
    "`--threads`, `--fail-fast`, `--store-failures` and others of how it runs": how_it_runs,
    "`--vars`": variables,
    "`dbt seed`, `test`, `compile`, `show`, `docs generate`, `source freshness`, `run-operation`": other_commands,
    "`--target`, `TICKIT_WAREHOUSE`": another_target,
    "another lake": another_lake,
}


def _rows() -> list[str]:
    page = (ROOT / "docs" / "new_data.md").read_text(encoding="utf-8")
    table = page.partition("| command or option |")[2].partition("\n\n")[0]
    return [row.split(" | ")[0].removeprefix("| ") for row in re.findall(r"^\| .*", table, re.MULTILINE)]


@pytest.mark.soak
@pytest.mark.parametrize("row", _rows())
def test_what_it_does_to_history(kept: Kept, tmp_path: Path, row: str) -> None:
    CASES[row](kept, tmp_path)


def test_each_test_has_a_row() -> None:
    assert sorted(CASES) == sorted(_rows())
