"""The report: its verdict, what it escapes, what it leaves out."""

from __future__ import annotations

import pytest

from scripts.review.changes import DOCS, Change, Changes
from scripts.review.report import MARKER, Built, Problem, Report, code, escaped, render, verdict
from scripts.review.values import Difference

CHANGED = Change("model.shop.sales", "sales", "model", ("code",))
DESCRIBED = Change("model.shop.users", "users", "model", (DOCS,))
BROKEN = Change("model.shop.sales", "sales", "model", ("contract",), ("- price",), ("column price is gone",), True)
SAME = Difference(rows_before=5, rows_after=5, sums={"price": ("1", "1")})
OTHER = Difference(5, 6, 1, 0, 2, 0, {"price": 2}, {"added": ["6"], "changed": ["1", "a|b"]}, {"price": ("1", "3")})


def _report(**what: object) -> Report:
    return Report("origin/main", "0123456789abcdef", ["models/sales.sql"], tests={"pass": 4}, **what)


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (_report(problems=[Problem("fail", "x", "y")]), "**Do not merge: 1 failure.** 4 tests passed."),
        (_report(nothing_to_do="no file changed"), "**Nothing to review in dbt: no file changed.**"),
        (
            _report(changes=Changes([BROKEN]), differences={"sales": SAME}),
            "**A contract is broken: `sales`.** 1 relation compared, all as before. 4 tests passed.",
        ),
        (
            _report(changes=Changes([CHANGED]), differences={"sales": OTHER, "users": SAME}),
            "**1 of 2 relations differs: 1 row added, 2 rows changed.** 4 tests passed.",
        ),
        (
            _report(changes=Changes([CHANGED]), differences={"sales": SAME}),
            "**No row changes:** 1 relation compared, all as before. 4 tests passed.",
        ),
        (_report(problems=[Problem("warn", "x", "y")]), "**Tests change, no model does.** 4 tests passed."),
        (_report(changes=Changes([DESCRIBED])), "**Descriptions and tests change, no model does.** 4 tests passed."),
        (
            _report(changes=Changes([DESCRIBED, CHANGED])),
            "**Models change, and no rows were compared.** 4 tests passed.",
        ),
    ],
    ids=[
        "failed",
        "nothing",
        "broken contract",
        "other rows",
        "the same rows",
        "a warning",
        "descriptions",
        "not compared",
    ],
)
def test_the_verdict_is_the_worst_that_was_found(report: Report, said: str) -> None:
    assert verdict(report) == said
    assert render(report).split("\n\n")[2] == said


def test_a_report_says_what_happened_to_rows() -> None:
    text = render(
        _report(
            changes=Changes(
                [CHANGED],
                [
                    ("exposure", "The board", "Ann"),
                    ("metric", "A", ""),
                    ("metric", "*B*", ""),
                    ("saved query", "C", ""),
                ],
            ),
            differences={"sales": OTHER, "users": SAME},
            built={"sales": Built("success", (1.0, 2.5), (1024, 2048))},
        )
    )
    assert text.startswith(f"{MARKER}\n")
    for line in (
        "| `sales` | 5 → 6 | 1 | 0 | 2 |",
        "The same in every row: `users`.",
        "- other values in `price` (2 rows)",
        "- keys of rows changed, the first 2: `1`, `a\\|b`",
        "| `price` | 1 | 3 |",
        "- exposure **The board**, owner Ann",
        "- 2 metrics: A, \\*B\\*",
        "- 1 saved query: C",
        "| `sales` | 1.0 → 2.5 | 1.0 kB → 2.0 kB |",
    ):
        assert line in text.splitlines(), text


def test_hidden_keys_are_named_as_such() -> None:
    text = render(
        _report(changes=Changes([CHANGED]), differences={"sales": Difference(1, 2, 1)}, hidden_keys={"sales"})
    )
    assert "its keys may be personal data, so none is shown" in text


def test_a_report_of_nothing_is_short() -> None:
    assert "## " not in render(_report(nothing_to_do="no file that dbt reads has changed"))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a|b\nc", "`a\\|b c`")],
)
def test_code_is_shown_as_it_is(text: str, shown: str) -> None:
    assert code(text) == shown


def test_words_are_no_markup_and_mention_nobody() -> None:
    assert escaped("<b>*x*</b> @team [a](b) a|b") == "\\<b\\>\\*x\\*\\</b\\> @\u200bteam \\[a\\](b) a\\|b"
