"""A table of 10,000 partitions answers in bounded time and memory."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from redshift_rehearsal import Settings, start

PARTITIONS, AT_ONCE = 10_000, 100
# Several times what a laptop needs; seconds, and KiB of the backend that has read them all.
LONGEST = {"add": 30, "session": 3, "pruned": 20, "all": 20, "drop": 120}
MOST_MEMORY = 1 << 20


@pytest.mark.soak
def test_ten_thousand_partitions_are_registered_read_and_dropped(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for number in range(PARTITIONS):
        folder = tmp_path / f"day={number}"
        folder.mkdir()
        (folder / "data.txt").write_text(f"{number}|x\n", encoding="utf-8")
    seconds: dict[str, float] = {}
    with start(Settings(folders={"s3://lake": tmp_path})) as rehearsal:
        rehearsal.run("create external schema files from data catalog database 'glue' iam_role default")
        rehearsal.run(
            "create external table files.days (a int, b varchar(9)) partitioned by (day int) "
            "row format delimited fields terminated by '|' location 's3://lake/'"
        )
        for first in range(0, PARTITIONS, AT_ONCE):
            added = [
                f"partition (day='{day}') location 's3://lake/day={day}/'" for day in range(first, first + AT_ONCE)
            ]
            began = time.monotonic()
            rehearsal.run("alter table files.days add " + " ".join(added))
            seconds["add"] = max(seconds.get("add", 0), time.monotonic() - began)
        began = time.monotonic()
        with rehearsal.connect() as connection, connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            ((process,),) = cursor.fetchall()
            seconds["session"] = time.monotonic() - began
            for name, query, wanted in (
                ("pruned", "select a, b from files.days where day = 77", [77, "x"]),
                ("all", "select count(*), sum(a) from files.days", [PARTITIONS, PARTITIONS * (PARTITIONS - 1) // 2]),
            ):
                began = time.monotonic()
                cursor.execute(query)
                assert list(cursor.fetchone()) == wanted
                seconds[name] = time.monotonic() - began
            memory = int(Path(f"/proc/{process}/status").read_text().partition("VmHWM:")[2].split()[0])
        began = time.monotonic()
        rehearsal.run("drop table files.days")
        seconds["drop"] = time.monotonic() - began
    assert [name for name, longest in LONGEST.items() if seconds[name] > longest] == [], seconds
    assert memory < MOST_MEMORY
