"""Row-level security is recorded and enforced (t_rls.html); admins, who are superusers on Redshift, see all rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from redshift_rehearsal import Rehearsal


@pytest.fixture(scope="module")
def concerts(rehearsal: Rehearsal) -> Iterator[str]:
    """Make a table that user reader may read and change, a role of his, and a policy."""
    for statement in (
        "create table rls_category (catgroup varchar(10), size int)",
        "insert into rls_category values ('Concerts', 1), ('Shows', 2), ('Concerts', 3)",
        "grant select, insert, update, delete on rls_category to public",
    ):
        rehearsal.run(statement)
    rehearsal.run("create role rls_analyst", user="admin")
    rehearsal.run("grant role rls_analyst to reader", user="admin")
    rehearsal.run(
        "create rls policy concerts with (catgroup varchar(10)) as category using (category.catgroup = 'Concerts')",
        user="admin",
    )
    rehearsal.run("create rls policy large with (size int) using (size > 1)", user="admin")
    yield "rls_category"
    rehearsal.run("drop table rls_category")
    rehearsal.run("drop rls policy concerts cascade", user="admin")
    rehearsal.run("drop rls policy if exists large cascade", user="admin")


@pytest.fixture
def protected(rehearsal: Rehearsal, concerts: str) -> Iterator[str]:
    """Switch the security of the table's rows on; take all policies off it at the end."""
    rehearsal.run(f"alter table {concerts} row level security on", user="admin")
    yield concerts
    for policy, grantee in rehearsal.run(
        f"select polname, grantee from svv_rls_attached_policy where relname = '{concerts}'", user="admin"
    ):
        rehearsal.run(f"detach rls policy {policy} on {concerts} from {grantee}", user="admin")
    rehearsal.run(f"alter table {concerts} row level security off", user="admin")


def _sizes(rehearsal: Rehearsal, table: str, user: str = "reader") -> list[int]:
    return sorted(row[0] for row in rehearsal.run(f"select size from {table}", user=user))


def test_whom_no_policy_is_attached_to_sees_nothing(rehearsal: Rehearsal, protected: str) -> None:
    assert _sizes(rehearsal, protected) == []
    assert _sizes(rehearsal, protected, "admin") == [1, 2, 3]


@pytest.mark.parametrize("grantee", ["reader", "role rls_analyst", "public", "reader, role rls_analyst"])
def test_a_policy_keeps_its_rows(rehearsal: Rehearsal, protected: str, grantee: str) -> None:
    rehearsal.run(f"attach rls policy concerts on table {protected} to {grantee}", user="admin")
    assert _sizes(rehearsal, protected) == [1, 3]
    rehearsal.run(f"detach rls policy concerts on {protected} from {grantee}", user="admin")
    assert _sizes(rehearsal, protected) == []


def test_all_policies_have_to_hold_or_one_of_them(rehearsal: Rehearsal, protected: str) -> None:
    for policy in ("concerts", "large"):
        rehearsal.run(f"attach rls policy {policy} on {protected} to reader", user="admin")
    assert _sizes(rehearsal, protected) == [3]
    rehearsal.run(f"alter table {protected} row level security on conjunction type or", user="admin")
    assert _sizes(rehearsal, protected) == [1, 2, 3]
    rehearsal.run(f"alter table {protected} row level security on", user="admin")
    rehearsal.run("alter rls policy large using (size < 2)", user="admin")
    assert _sizes(rehearsal, protected) == [1]
    rehearsal.run("alter rls policy large using (size > 1)", user="admin")


def test_changes_reach_the_rows_of_the_policy_only(rehearsal: Rehearsal, protected: str) -> None:
    rehearsal.run(f"attach rls policy concerts on {protected} to reader", user="admin")
    rehearsal.run(f"update {protected} set size = size + 10", user="reader")
    assert _sizes(rehearsal, protected, "admin") == [2, 11, 13]
    rehearsal.run(f"insert into {protected} values ('Shows', 4)", user="reader")
    rehearsal.run(f"delete from {protected}", user="reader")
    assert _sizes(rehearsal, protected, "admin") == [2, 4]
    for statement in ("delete from {}", "insert into {} values ('Concerts', 1), ('Shows', 2), ('Concerts', 3)"):
        rehearsal.run(statement.format(protected), user="admin")


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("create rls policy concerts using (true)", "already exists"),
        ("create rls policy other with (a int) using (b = 1)", 'column "b" does not exist'),
        ("create rls policy other", "syntax error"),
        ("attach rls policy none on rls_category to reader", '"none" does not exist'),
        ("attach rls policy concerts on venue_of_nobody to reader", "does not exist"),
        ("attach rls policy concerts on rls_category to nobody_known", "does not exist"),
        ("attach rls policy concerts on rls_category", "syntax error"),
        ("detach rls policy concerts on rls_category from reader", "is not attached"),
        ("drop rls policy none", '"none" does not exist'),
        ("alter table rls_category row level security on conjunction type xor", "syntax error"),
    ],
)
def test_what_is_refused(rehearsal: Rehearsal, concerts: str, statement: str, message: str) -> None:
    assert message in rehearsal.error(statement, user="admin")


def test_an_attached_policy_is_not_dropped_and_others_may_not_make_any(rehearsal: Rehearsal, protected: str) -> None:
    rehearsal.run(f"attach rls policy concerts on {protected} to reader", user="admin")
    assert "is attached to" in rehearsal.error("drop rls policy concerts", user="admin")
    assert "sys:secadmin" in rehearsal.error("create rls policy mine using (true)", user="reader")
    assert "sys:secadmin" in rehearsal.error(f"alter table {protected} row level security off", user="reader")
