"""Dynamic data masking is recorded, and put into what a user reads (t_ddm.html)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from redshift_rehearsal import Rehearsal

FULL = "create masking policy mask_full with (card varchar(20)) using ('000000XXXX0000'::text)"
PARTIAL = "create masking policy mask_partial with (card varchar(20)) using (left(nvl(card, ''), 4) || 'XXXX')"
BY_OWNER = (
    "create masking policy mask_by_owner if not exists with (value varchar(20), owner varchar(10)) "
    "using (case when owner = 'ann' then value else '***' end)"
)


@pytest.fixture
def cards(rehearsal: Rehearsal) -> Iterator[str]:
    """Make a table that user reader may read, and policies; detach and drop all of it."""
    rehearsal.run("create table cards (owner varchar(10), card varchar(20), amount decimal(8,2))")
    rehearsal.run("insert into cards values ('ann', '4532993817514842', 1.5), ('bob', '4716002041425888', 2)")
    rehearsal.run("grant select, insert, update on cards to public")
    rehearsal.run("create role mask_analyst", user="admin")
    rehearsal.run("grant role mask_analyst to reader", user="admin")
    for statement in (FULL, PARTIAL, BY_OWNER):
        rehearsal.run(statement, user="admin")
    yield "cards"
    for policy, outputs, grantee, kind in rehearsal.run(
        "select policy_name, output_columns, grantee, grantee_type from svv_attached_masking_policy", user="admin"
    ):
        columns = ", ".join(json.loads(outputs))
        role = "role " if kind == "role" else ""
        rehearsal.run(f"detach masking policy {policy} on cards ({columns}) from {role}{grantee}", user="admin")
    for policy in ("mask_full", "mask_partial", "mask_by_owner"):
        rehearsal.run(f"drop masking policy {policy}", user="admin")
    rehearsal.run("drop role mask_analyst", user="admin")
    rehearsal.run("drop table cards cascade")


def _attach(rehearsal: Rehearsal, what: str) -> None:
    rehearsal.run(f"attach masking policy {what}", user="admin")


def _cards(rehearsal: Rehearsal, user: str = "reader", query: str = "select card from cards order by amount") -> list:
    return [row[0] for row in rehearsal.run(query, user=user)]


def test_a_mask_concerns_whom_it_is_attached_to(rehearsal: Rehearsal, cards: str) -> None:
    _attach(rehearsal, "mask_full on cards (card) to reader")
    assert _cards(rehearsal) == ["000000XXXX0000"] * 2
    assert _cards(rehearsal, "dbt") == ["4532993817514842", "4716002041425888"]
    rehearsal.run("detach masking policy mask_full on public.cards (card) from reader", user="admin")
    assert _cards(rehearsal) == _cards(rehearsal, "dbt")


def test_the_highest_priority_wins(rehearsal: Rehearsal, cards: str) -> None:
    _attach(rehearsal, "mask_full on cards (card) to public")
    assert _cards(rehearsal, "dbt") == _cards(rehearsal) == ["000000XXXX0000"] * 2
    _attach(rehearsal, "mask_partial on cards (card) to role mask_analyst priority 10")
    assert _cards(rehearsal) == ["4532XXXX", "4716XXXX"]
    assert _cards(rehearsal, "dbt") == ["000000XXXX0000"] * 2
    assert _cards(rehearsal, "admin") == ["000000XXXX0000"] * 2, "a role is not its maker's"


def test_a_mask_may_look_at_other_columns(rehearsal: Rehearsal, cards: str) -> None:
    _attach(rehearsal, "mask_by_owner on cards (card) using (card, owner) to reader")
    assert _cards(rehearsal) == ["4532993817514842", "***"]
    rehearsal.run("alter masking policy mask_by_owner using (owner || '!')", user="admin")
    assert _cards(rehearsal) == ["ann!", "bob!"]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("select * from cards order by owner", ["ann", "4532XXXX", 1.5]),
        (
            "select c.card, cards.owner from cards as c join public.cards on cards.owner = c.owner order by 2",
            ["4532XXXX"],
        ),
        ("with one as (select card from cards where owner = 'ann') select card from one", ["4532XXXX"]),
        ("select count(*) from cards where card = '4532993817514842'", [0]),
        ("select max(card) from (select card from cards) as c where c.card in (select card from cards)", ["4716XXXX"]),
        ("select card from cards union all select card from shop.public.cards order by 1", ["4532XXXX"]),
        ("explain select card from cards; select card from cards order by 1", ["4532XXXX"]),
    ],
)
def test_every_way_to_read_a_table_has_the_mask(rehearsal: Rehearsal, cards: str, query: str, first: list) -> None:
    _attach(rehearsal, "mask_partial on cards (card) to reader")
    for statement in query.split("; "):
        row = rehearsal.run(statement, user="reader")[0]
    assert list(row)[: len(first)] == first


def test_what_is_copied_elsewhere_is_masked(rehearsal: Rehearsal, cards: str) -> None:
    _attach(rehearsal, "mask_partial on cards (card) to reader")
    rehearsal.run("insert into cards select owner, card, 9 from cards where owner = 'ann'", user="reader")
    assert _cards(rehearsal, "dbt", "select card from cards where amount = 9") == ["4532XXXX"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("select * from seen_cards", "not rehearsed: seen_cards: a view over a table with masks"),
        ("select * from seen_late", "not rehearsed: seen_late: a view"),
        ("update cards set amount = 1 where card like '4%'", "not rehearsed: UPDATE, DELETE and MERGE"),
    ],
)
def test_what_would_read_past_a_mask_is_not_rehearsed(
    rehearsal: Rehearsal, cards: str, statement: str, message: str
) -> None:
    rehearsal.run("create view seen_cards as select card from cards")
    rehearsal.run("create view seen_late as select card from public.cards with no schema binding")
    rehearsal.run("grant select on seen_cards, seen_late to public")
    _attach(rehearsal, "mask_partial on cards (card) to reader")
    assert message in rehearsal.error(statement, user="reader")
    rehearsal.run(statement)
    rehearsal.run("drop view seen_late")


def test_the_catalog_tells_what_is_attached(rehearsal: Rehearsal, cards: str) -> None:
    _attach(rehearsal, "mask_by_owner on cards (card) using (card, owner) to role mask_analyst priority 20")
    assert rehearsal.run(
        "select policy_name, schema_name, table_name, grantor, grantee, grantee_type, priority, input_columns, "
        "output_columns from svv_attached_masking_policy"
    ) == [("mask_by_owner", "public", "cards", "admin", "mask_analyst", "role", 20, '["card", "owner"]', '["card"]')]
    ((inputs, expression),) = rehearsal.run(
        "select input_columns, policy_expression from svv_masking_policy where policy_name = 'mask_full'"
    )
    assert json.loads(inputs) == [{"colname": "card", "type": "varchar(20)"}]
    assert "000000XXXX0000" in json.loads(expression)[0]["expr"]


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (FULL, 'masking policy "mask_full" already exists'),
        ("create masking policy m using ('x')", "syntax error"),
        ("attach masking policy mask_no on cards (card) to reader", 'masking policy "mask_no" does not exist'),
        ("attach masking policy mask_full on cards (cardd) to reader", 'column "cardd" does not exist'),
        ("attach masking policy mask_full on cards (card, owner) to reader", "takes 1 columns and masks 1"),
        ("attach masking policy mask_full on cards (card) to nobody", 'user "nobody" does not exist'),
        ("attach masking policy mask_full on cards (card) to dbt priority 0", "with priority 0 is attached"),
        (
            "attach masking policy mask_full on cards (card) to role mask_analyst priority 3",
            "is attached to the column for",
        ),
        ("detach masking policy mask_full on cards (card) from dbt", "is not attached to"),
        ("drop masking policy mask_partial", "is attached to cards: detach it first"),
        ("alter masking policy mask_partial using ('a', 'b')", "must stay the same"),
    ],
)
def test_wrong_policies_are_refused(rehearsal: Rehearsal, cards: str, statement: str, message: str) -> None:
    _attach(rehearsal, "mask_partial on cards (card) to role mask_analyst")
    assert message in rehearsal.error(statement, user="admin")
    assert "permission denied" in rehearsal.error("alter masking policy mask_full using ('x')", user="reader")
