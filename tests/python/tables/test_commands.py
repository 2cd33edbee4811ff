"""`tickit publish`, `tickit tables` and `tickit rollback`, as a person calls them."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.python.tables.conftest import Shop
from tests.python.tickit import Command

publish, tables, rollback = Command("publish"), Command("tables"), Command("rollback")
expire, erase = Command("expire"), Command("erase")


def test_publish_list_and_go_back(project: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert tables() == 0
    assert "There are no open tables" in capsys.readouterr().out
    assert publish() == 0
    said = capsys.readouterr().out
    assert "300 rows   version 1" in said
    assert "1 of 1 tables have a new version" in said
    with duckdb.connect(str(project.folder / "shop.duckdb")) as connection:
        connection.execute("delete from marts.fct_sales where sold_date < '2008-02-01'")
    assert publish(["--select", "fct_sales"]) == 0
    assert "replaced 1 of 2 months" in capsys.readouterr().out
    assert publish() == 0
    assert "0 of 1 tables have a new version" in capsys.readouterr().out

    assert rollback(["fct_sales"]) == 0
    assert "Readers of fct_sales see version 1 now (300 rows" in capsys.readouterr().out
    assert tables(["fct_sales", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(v["version"], v["is_current"]) for v in found] == [(2, False), (1, True)]
    assert all(v["size"] > 0 and v["metadata_location"].endswith(".metadata.json") for v in found)
    assert tables() == 0
    assert "fct_sales        1   300" in " ".join(capsys.readouterr().out.split("\n")[1:2])


@pytest.mark.parametrize(
    ("command", "arguments", "said"),
    [
        (publish, ["--select", "fct_sale"], "fct_sale is no model that is published"),
        (tables, ["fct_sales"], "there is no open table fct_sales"),
        (rollback, ["fct_sales", "--to", "1"], "there is no open table fct_sales"),
    ],
)
def test_a_wrong_name_is_answered_in_a_line(
    project: Shop, command: Command, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(arguments) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_warehouse_that_is_not_there_or_in_use_is_named(
    project: Shop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TICKIT_WAREHOUSE", str(project.folder / "none.duckdb"))
    assert publish() == 1
    assert "there is no warehouse at" in capsys.readouterr().err


def test_expire_and_erase_report_what_went(project: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert publish() == 0
    with duckdb.connect(str(project.folder / "shop.duckdb")) as connection:
        connection.execute("delete from marts.fct_sales where sold_date < '2008-02-01'")
    assert publish() == 0
    assert expire(["--days", "0"]) == 0
    assert "Removed 1 versions that are older than 0 days, and " in capsys.readouterr().out
    assert erase(["3"]) == 1
    assert "fct_sales in the warehouse still has " in capsys.readouterr().err
    assert erase(["3", "--now"]) == 0
    assert "holds a row of user 3 now" in capsys.readouterr().out
    assert 3 not in {row[1] for row in project.published()}
