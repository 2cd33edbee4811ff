"""Transactions as in a database with SNAPSHOT isolation (r_CREATE_DATABASE, r_Serializable_isolation_example)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import redshift_connector

from redshift_rehearsal import Rehearsal, Settings

VIOLATION = "1023 DETAIL: Serializable isolation violation"


@pytest.fixture
def digits(rehearsal: Rehearsal) -> Iterator[str]:
    rehearsal.run("create table digits (digit int)")
    rehearsal.run("insert into digits values (0), (1)")
    yield "digits"
    rehearsal.run("drop table digits")


@contextmanager
def session(rehearsal: Rehearsal) -> Iterator[Any]:
    with rehearsal.connect(autocommit=True) as connection, connection.cursor() as cursor:
        yield cursor


def rows(cursor: Any, query: str = "select digit from digits order by 1") -> list[int]:
    cursor.execute(query)
    return [row[0] for row in cursor.fetchall()]


def test_a_transaction_sees_the_database_as_its_first_statement_did(rehearsal: Rehearsal, digits: str) -> None:
    with session(rehearsal) as one:
        one.execute("begin")
        rehearsal.run("insert into digits values (2)")
        assert rows(one) == [0, 1, 2], "BEGIN alone takes no snapshot"
        rehearsal.run("insert into digits values (3)")
        assert rows(one) == [0, 1, 2]
        one.execute("commit")
        assert rows(one) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "begin",
    ["begin", "begin isolation level read committed", "start transaction isolation level serializable"],
)
@pytest.mark.parametrize("write", ["update digits set digit = 7 where digit = 0", "delete from digits where digit = 0"])
def test_who_changes_what_has_changed_since_its_snapshot_is_refused(
    rehearsal: Rehearsal, digits: str, begin: str, write: str
) -> None:
    with session(rehearsal) as one:
        one.execute(begin)
        assert rows(one) == [0, 1]
        rehearsal.run("update digits set digit = 5 where digit = 0")
        with pytest.raises(redshift_connector.Error, match=VIOLATION):
            one.execute(write)
        one.execute("rollback")
    assert sorted(rehearsal.run("select digit from digits")) == [(1,), (5,)]


def test_changes_of_different_rows_do_not_conflict(rehearsal: Rehearsal, digits: str) -> None:
    # The write skew of r_CREATE_DATABASE, which SNAPSHOT isolation does not prevent: 0 and 1 are swapped.
    with session(rehearsal) as one, session(rehearsal) as two:
        for cursor in (one, two):
            cursor.execute("begin")
            assert rows(cursor) == [0, 1]
        one.execute("update digits set digit = 0 where digit = 1")
        two.execute("update digits set digit = 1 where digit = 0")
        for cursor in (one, two):
            cursor.execute("commit")
    assert sorted(rehearsal.run("select digit from digits")) == [(0,), (1,)]


@pytest.mark.parametrize("begin", ["begin", "begin; set query_group to x", ""])
@pytest.mark.parametrize(
    ("write", "left"),
    [
        ("update public.digits set digit = digit + 10 where digit = 5", [1, 15]),
        ('delete from "DIGITS" where digit = 5', [1]),
        ("insert into shop.public.digits select count(*) + 100 from digits where digit = 5", [1, 5, 101]),
    ],
)
def test_who_begins_by_writing_waits_and_sees_what_was_written(
    rehearsal: Rehearsal, digits: str, begin: str, write: str, left: list[int]
) -> None:
    failures: list[str] = []

    def second() -> None:
        with session(rehearsal) as two:
            try:
                for statement in [*filter(None, begin.split("; ")), write, *(["commit"] if begin else [])]:
                    two.execute(statement)
            except redshift_connector.Error as error:
                failures.append(str(error))

    with session(rehearsal) as one:
        one.execute("begin")
        one.execute("update digits set digit = 5 where digit = 0")
        other = threading.Thread(target=second)
        other.start()
        while not rehearsal.run("select 1 from pg_locks where not granted"):
            assert other.is_alive(), failures
        one.execute("commit")
        other.join(30)
    assert failures == []
    assert sorted(row[0] for row in rehearsal.run("select digit from digits")) == left


def test_what_cannot_be_locked_fails_as_the_statement_does(rehearsal: Rehearsal, digits: str) -> None:
    rehearsal.run("create view seen_digits as select digit from digits")
    rehearsal.run("grant insert on digits to public")
    with rehearsal.connect(user="reader", autocommit=True) as connection, connection.cursor() as cursor:
        for statement, message in (
            ("update no_such_digits set digit = 1", 'relation "no_such_digits" does not exist'),
            ("delete from seen_digits", "permission denied"),
            ("insert into digits values (2)", ""),
        ):
            cursor.execute("begin")
            if message:
                with pytest.raises(redshift_connector.Error, match=message):
                    cursor.execute(statement)
            else:
                cursor.execute(statement)
            cursor.execute("commit")
    assert sorted(rehearsal.run("select digit from digits")) == [(0,), (1,), (2,)]
    rehearsal.run("drop view seen_digits")


def test_copy_loads_within_a_transaction(
    rehearsal: Rehearsal, digits: str, redshift_rehearsal_settings: Settings
) -> None:
    folder = redshift_rehearsal_settings.folders["s3://rehearsal/lake"] / "digits"
    folder.mkdir()
    (folder / "one.csv").write_text('"8"\n9\n', encoding="utf-8")
    copy = "copy digits from 's3://rehearsal/lake/digits/' iam_role default csv"
    with session(rehearsal) as one:
        for statement in ("begin", "delete from digits", copy):
            one.execute(statement)
        assert rows(one) == [8, 9]
        one.execute("rollback")
    assert sorted(rehearsal.run("select digit from digits")) == [(0,), (1,)]
