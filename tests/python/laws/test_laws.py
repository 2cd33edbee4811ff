"""Random deliveries, names, bytes, orders of commands, kills and flags, and afterwards the laws of the lakehouse.

`make soak` draws as many stories as it is asked for; pytest alone one short story, the same in each run. A story that
breaks a law is printed as a program of its steps; `make soak` shortens it first.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from tests.python.dbt_project import ROOT, dbt_env
from tests.python.incremental.forked_dbt import ForkedDbt, forked_dbt
from tests.python.laws import deliveries
from tests.python.laws.reader import read
from tests.python.project.raw_zone import create_raw_views
from tests.python.project.test_marts import QUERIES, TECHNICAL
from tests.python.tickit import make_lake

SOAK = int(os.environ.get("TICKIT_SOAK_STORIES", "0"))
STORIES, STEPS = (SOAK, 15) if SOAK else (1, 8)

MONTHS = ("2008-01", "2008-02", "2008-03")
KEYS = {"sale": "sale_id", "listing": "listing_id", "user": "user_id"}
STAGED = {"sale": "stg_tickit__sales", "listing": "stg_tickit__listings", "user": "stg_tickit__users"}
HISTORIES = {"users_snapshot": "user_id", "venues_snapshot": "venue_id", "listing_prices_snapshot": "listing_id"}

STAGE = ("run-operation", "stage_external_sources")
BUILD = ("build", "--exclude-resource-type", "test", "unit_test", "--exclude", "tag:python")
ANEW = {"TICKIT_REBUILD_FACTS": "yes"}
CHECK = ("test", "--select", "path:tests/dbt/staging", "path:tests/dbt/integrity", "path:snapshots+")
# Each is refused, or changes nothing.
FLAGS = [
    ("--empty",),
    ("--sample", "1 day"),
    ("--event-time-start", "2008-01-01", "--event-time-end", "2008-03-01"),
    ("--full-refresh",),
    ("--select", "users_snapshot", "venues_snapshot", "listing_prices_snapshot"),
]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, installed_packages: None) -> Iterator[ForkedDbt]:
    """Return a warehouse of three months, with copies of lake and warehouse as each story finds them."""
    folder = tmp_path_factory.mktemp("laws")
    env = dbt_env(folder, "ci", folder / "lake")
    assert make_lake(["--scale", "0.003", "--dest", env["TICKIT_LAKE"], "--until", MONTHS[-1]]) == 0
    with forked_dbt(env) as dbt:
        for command in (STAGE, BUILD):
            dbt.must_run(*command)
        shutil.copytree(folder / "lake", folder / "lake_before")
        shutil.copy(dbt.warehouse, folder / "warehouse_before")
        yield dbt


class Story(RuleBasedStateMachine):
    """A lake to which things happen, and a warehouse that is built from it now and then."""

    dbt: ForkedDbt

    @initialize()
    def begin(self) -> None:
        """Put lake and warehouse back to how they were."""
        folder = self.dbt.warehouse.parent
        shutil.rmtree(folder / "lake")
        shutil.copytree(folder / "lake_before", folder / "lake")
        for left in folder.glob(f"{self.dbt.warehouse.name}*"):
            left.unlink()
        shutil.copy(folder / "warehouse_before", self.dbt.warehouse)
        self.raw = folder / "lake" / "raw_tickit_data"
        # What the engines do not read, by the words that must be said of it.
        self.unread: set[str] = set()
        # A story of edits alone proves nothing: dbt works after so many of them.
        self.edits = 0

    # What happens to the lake

    @rule(
        table=st.sampled_from(sorted(STAGED)),
        month=st.sampled_from(MONTHS),
        changes=st.lists(deliveries.spoilt, min_size=1, max_size=12),
    )
    def deliver(self, table: str, month: str, changes: list[deliveries.Spoilt]) -> None:
        """Send a table, or a month of it, again with some lines spoilt."""
        path = self._path(table, month)
        before = self.dbt.warehouse.parent / "lake_before" / path.relative_to(self.raw.parent)
        header, *lines = before.read_bytes().removesuffix(b"\n").split(b"\n")
        sent = [[line] for line in lines]
        for change in changes:
            at = change.at % len(sent)
            sent[at] = change.lines(lines[at])
        self._write(path, header, [line for lines in sent for line in lines])

    @rule(table=st.sampled_from(["sale", "listing"]), month=st.sampled_from(MONTHS))
    def withdraw(self, table: str, month: str) -> None:
        """Take a month away, but not a table's last: without a file the staging refuses, which other tests look at."""
        folder = self._path(table, month).parent
        if any(folder not in path.parents for path in (self.raw / table).rglob("*.txt")):
            shutil.rmtree(folder, ignore_errors=True)
            self.edits += 1

    @rule(table=st.sampled_from(["sale", "listing"]), month=st.sampled_from(MONTHS), header=st.booleans())
    def empty(self, table: str, month: str, header: bool) -> None:
        """Send a month without a line, or without a byte."""
        path = self._path(table, month)
        if path.exists():
            first = path.read_bytes().split(b"\n")[0]
            path.write_bytes(first + b"\n" if header else b"")
            self.edits += 1

    @rule(
        table=st.sampled_from(sorted(STAGED)),
        month=st.sampled_from(MONTHS),
        name=deliveries.NAMES,
        folder=deliveries.FOLDERS,
        change=deliveries.spoilt,
    )
    def add(self, table: str, month: str, name: str, folder: str, change: deliveries.Spoilt) -> None:
        """Send a further file, with a line of the same month under another key."""
        path = self._path(table, month)
        before = self.dbt.warehouse.parent / "lake_before" / path.relative_to(self.raw.parent)
        header, *lines = before.read_bytes().removesuffix(b"\n").split(b"\n")
        key, _, rest = lines[change.at % len(lines)].partition(deliveries.DELIMITER)
        line = str(1_000_000 + int(key)).encode() + deliveries.DELIMITER + rest
        self._write(path.parent / ("" if table != "user" else folder) / name, header, change.lines(line))

    @rule(folder=deliveries.UNREAD)
    def add_what_nobody_reads(self, folder: str) -> None:
        """Put a file where no source looks."""
        path = self.raw / folder / "unread.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a|b\n1|2\n")
        self.unread.add(folder)
        self.edits += 1

    @rule(table=st.sampled_from(sorted(STAGED)), month=st.sampled_from(MONTHS))
    def replace_within_the_second(self, table: str, month: str) -> None:
        """Send a file again with the same size and the same second."""
        path = self._path(table, month)
        if not path.exists():
            return
        text, times = path.read_bytes(), path.stat()
        # Another digit in the first key that has one to spare.
        changed = re.sub(rb"(?m)^([0-9]*)1([0-9]*\|)", rb"\g<1>2\2", text, count=1)
        unfinished = path.with_name(".unfinished")
        unfinished.write_bytes(changed)
        os.utime(unfinished, ns=(times.st_atime_ns, times.st_mtime_ns))
        unfinished.rename(path)
        self.edits += 1

    @rule(month=st.sampled_from(MONTHS[:2]), at=st.integers(0, 50))
    def list_later(self, month: str, at: int) -> None:
        """Send a listing in the month after the one in which it was listed, when some of it may be sold already."""
        path, later = self._path("listing", month), self._path("listing", MONTHS[MONTHS.index(month) + 1])
        if not (path.exists() and later.exists()):
            return
        header, *lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
        if not lines:
            return
        moved = lines.pop(at % len(lines))
        self._write(path, header, lines)
        line = moved.rpartition(deliveries.DELIMITER)[0] + f"|{later.parent.name[-7:]}-01 00:00:00".encode()
        self._write(later, header, [*later.read_bytes().removesuffix(b"\n").split(b"\n")[1:], line])

    # What is done with dbt

    @precondition(lambda self: self.edits)
    @rule(stage=st.booleans(), build=st.booleans())
    def take_in(self, stage: bool, build: bool) -> None:
        """Stage, build, or both."""
        if stage:
            self._stage()
        if build:
            code, output = self.dbt.run(*BUILD)
            self._must_be_decent(output)
            assert code == 0, output[-5000:]

    @precondition(lambda self: self.edits)
    @rule(share=st.floats(0.05, 0.9))
    def kill(self, share: float) -> None:
        """Kill a build."""
        self._stage()
        code, output = self.dbt.run(*BUILD, kill_after=4 * share)
        assert code in (0, -signal.SIGKILL), output[-5000:]

    @rule(flags=st.sampled_from(FLAGS))
    def build_with(self, flags: tuple[str, ...]) -> None:
        """Build with a flag that is no delivery: histories stay as they are, and so does what is delivered."""
        self._stage()
        self.dbt.must_run(*BUILD)
        histories, tables = self._histories(), self._tables()
        code, output = self.dbt.run(*BUILD, *flags, env=ANEW)
        self._must_be_decent(output)
        assert self._histories() == histories, f"{flags} wrote history: {output[-3000:]}"
        assert self._tables() == tables, f"{flags} changed tables: {output[-3000:]}"
        assert code == 0 or len([line for line in output.splitlines() if flags[0] in line]) > 0, output

    @precondition(lambda self: self.edits)
    @rule(history=st.sampled_from(sorted(HISTORIES)))
    def set_the_clock_back(self, history: str) -> None:
        """Let what was noted have been noted by a clock that was an hour ahead: an end and what follows it, alike."""
        table, key = f"tickit_snapshots.{history}", HISTORIES[history]
        of_now = "dbt_valid_to is null and dbt_valid_from < current_timestamp::timestamp"
        with duckdb.connect(str(self.dbt.warehouse)) as connection:
            connection.execute(
                f"update {table} set dbt_valid_to = dbt_valid_to + interval 1 hour where ({key}, dbt_valid_to) in "
                f"(select ({key}, dbt_valid_from) from {table} where {of_now})"
            )
            connection.execute(f"update {table} set dbt_valid_from = dbt_valid_from + interval 1 hour where {of_now}")

    # What must hold

    def teardown(self) -> None:
        """Take everything in, and hold the laws against it."""
        if hasattr(self, "raw"):
            before = self._current_rows()
            output = self._stage() + self.dbt.must_run(*BUILD)
            code, checked = self.dbt.run(*CHECK)
            self._must_be_decent(output + checked)
            assert code == 0, checked[-5000:]
            self._must_name_the_unread(output + checked)
            self._no_line_may_be_lost()
            self._history_must_agree(before)
            self._marts_must_equal_independent_queries()
            assert self._tables() == self._built_from_nothing()

    def _no_line_may_be_lost(self) -> None:
        self.seen = {table: read(self.raw.parent, table) for table in STAGED}
        with duckdb.connect(str(self.dbt.warehouse), read_only=True) as connection:
            for table, staged in STAGED.items():
                seen = read(self.raw.parent, table)
                keys = Counter(
                    key
                    for (key,) in connection.execute(f"select {KEYS[table]} from tickit_staging.{staged}").fetchall()
                )
                ((rejected,),) = connection.execute(
                    "select count(*) from tickit_staging.stg_tickit__rejected_rows where table_name = ?", [table]
                ).fetchall()
                assert seen.lines == keys.total() + rejected, f"{table}: lines in the files, staged + rejected"
                assert keys == Counter(dict.fromkeys(seen.keys, 1)), f"{table}: keys of the usable lines, staged keys"

    def _marts_must_equal_independent_queries(self) -> None:
        """Hold the marts against queries that share nothing with them, over a lake of the usable lines alone."""
        if any(set(seen.keys.values()) - {1} for seen in self.seen.values()):
            return  # which of two lines with one key counts is no matter of these queries
        if not all(seen.rows for seen in self.seen.values()):
            return  # the queries take the types of the columns from the lines
        clean = self.dbt.warehouse.parent / "clean"
        shutil.rmtree(clean, ignore_errors=True)
        shutil.copytree(self.dbt.warehouse.parent / "lake_before", clean)
        for table, seen in self.seen.items():
            folder = clean / "raw_tickit_data" / table
            header = next(folder.rglob(f"{table}.txt")).read_text(encoding="utf-8").partition("\n")[0]
            shutil.rmtree(folder)
            folder.mkdir()
            lines = [header, *("|".join(row) for row in seen.rows)]
            (folder / f"{table}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        with duckdb.connect(str(self.dbt.warehouse), read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            create_raw_views(connection, clean)
            for name, query in QUERIES.items():
                found = connection.execute(
                    "select schema_name from duckdb_tables() where table_name = ? and schema_name like 'tickit_%'",
                    [name],
                ).fetchall()
                for (schema,) in found:
                    connection.execute(f"create or replace temporary table expected as {query}")
                    columns = ", ".join(c for c in connection.table(f"{schema}.{name}").columns if c != TECHNICAL)
                    differing = connection.execute(
                        f"(select {columns} from {schema}.{name} except all from expected) union all "
                        f"(from expected except all select {columns} from {schema}.{name})"
                    ).fetchall()
                    assert not differing, f"{name}: {len(differing)} rows differ from the independent query"

    def _history_must_agree(self, before: dict[str, set[int]]) -> None:
        """Each key has one row that holds now; what staging has, holds; nothing has ended before it began."""
        with duckdb.connect(str(self.dbt.warehouse), read_only=True) as connection:
            for history, key in HISTORIES.items():
                table = f"tickit_snapshots.{history}"
                assert (
                    connection.execute(
                        f"select {key} from {table} where dbt_valid_to <= dbt_valid_from union all "
                        f"select {key} from {table} where dbt_valid_to is null group by 1 having count(*) > 1"
                    ).fetchall()
                    == []
                ), history
        for history, keys in self._current_rows().items():
            assert before[history] <= keys, f"{history} lost the current row of a key"

    def _must_name_the_unread(self, output: str) -> None:
        for folder in self.unread:
            if (self.raw / folder).exists():
                assert folder in output, f"not a word of {folder}:\n{output}"

    def _must_be_decent(self, output: str) -> None:
        """No personal data, no traceback and no control character in what is printed or logged."""
        log = Path(self.dbt.env["DBT_LOG_PATH"]) / "dbt.log"
        logged = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        assert "Traceback (most recent call last)" not in output, output
        assert not re.search(r"[\x00-\x08\x0b-\x1a\x1c-\x1f]", output), ascii(output)
        people = (self.dbt.warehouse.parent / "lake_before/raw_tickit_data/user/user.txt").read_text(encoding="utf-8")
        for line in people.splitlines()[1:]:
            for personal in line.split("|")[6:8]:
                if personal and len(personal) > 5:
                    assert personal not in output and personal not in logged, "personal data was printed or logged"

    # Helpers

    def _path(self, table: str, month: str) -> Path:
        folder = self.raw / table
        return (folder if table == "user" else folder / f"{table}_month={month}") / f"{table}.txt"

    def _write(self, path: Path, header: bytes, lines: list[bytes]) -> None:
        """Put a file in place by rename, as a source system does."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.parent / ".unfinished"
        unfinished.write_bytes(b"\n".join([header, *lines]) + b"\n")
        unfinished.rename(path)
        self.edits += 1

    def _stage(self) -> str:
        code, output = self.dbt.run(*STAGE)
        self._must_be_decent(output)
        assert code == 0, output[-5000:]
        return output

    def _tables(self, warehouse: Path | None = None) -> dict[str, tuple[int, int]]:
        """Return rows and an order-free checksum of each table but the histories."""
        with duckdb.connect(str(warehouse or self.dbt.warehouse), read_only=True) as connection:
            names = connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables() where schema_name similar to "
                "'tickit_(staging|intermediate|core|sales|marketing)' and table_name not like '%line_counts' order by 1"
            ).fetchall()
            return {
                name: connection.execute(f"select count(*), sum(hash(t)::hugeint) from {name} as t").fetchone()
                for (name,) in names
            }

    def _histories(self) -> dict[str, list[tuple]]:
        """Return the rows of each history, but for the note of the delivery that they were compared with."""
        with duckdb.connect(str(self.dbt.warehouse), read_only=True) as connection:
            return {
                history: connection.execute(
                    f"select * exclude (delivery_version) from tickit_snapshots.{history} order by all"
                ).fetchall()
                for history in HISTORIES
            }

    def _current_rows(self) -> dict[str, set[int]]:
        with duckdb.connect(str(self.dbt.warehouse), read_only=True) as connection:
            return {
                history: {
                    key
                    for (key,) in connection.execute(
                        f"select {key} from tickit_snapshots.{history} where dbt_valid_to is null"
                    ).fetchall()
                }
                for history, key in HISTORIES.items()
            }

    def _built_from_nothing(self) -> dict[str, tuple[int, int]]:
        folder = self.dbt.warehouse.parent / "from_nothing"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        another = {"TICKIT_WAREHOUSE": str(folder / self.dbt.warehouse.name)}
        for command in (STAGE, BUILD):
            self.dbt.must_run(*command, env=another)
        return self._tables(folder / self.dbt.warehouse.name)


@pytest.mark.soak
@pytest.mark.repeated
def test_laws_hold_whatever_happens(begun: ForkedDbt) -> None:
    class StoryOfThisWarehouse(Story):
        dbt = begun

    run_state_machine_as_test(
        StoryOfThisWarehouse,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            # A story takes seconds: the small test does not shorten one that fails.
            phases=[Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] if SOAK else [])],
            derandomize=not SOAK,
            database=DirectoryBasedExampleDatabase(ROOT / ".hypothesis") if SOAK else None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
