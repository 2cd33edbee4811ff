"""Ask both sides the same questions: MetricFlow writes the SQL for each engine, and the answers are compared."""

from __future__ import annotations

from pathlib import Path

from scripts.metrics.semantics import Question, Semantics
from scripts.parity.compare import Outcome, compare_rows
from scripts.parity.readers import DuckDB, Redshift
from scripts.parity.relations import Relation


def questions(semantics: Semantics) -> dict[str, Question]:
    """Return what is asked, by a name: every metric by month, the saved queries, and a filter over joined models."""
    return {
        "all metrics by month": Question(tuple(semantics.metrics), ("month",)),
        "a filter on events and venues": Question(
            ("revenue", "average_ticket_price", "sell_through", "days_to_first_sale"),
            ("week", "venue_region", "category_name"),
            "(venue_state_code in ('NV', 'CA') or venue_city = 'St. John''s') and not event_is_on_weekend "
            "and month between '2008-02' and '2008-11-15'",
        ),
        **{name: Question(saved=name) for name in semantics.saved_queries},
    }


def compare_metrics(duckdb: DuckDB, ours: Path, redshift: Redshift, theirs: Path, other_name: str) -> list[Outcome]:
    """Compare the answers of both sides.

    Args:
        duckdb: our side.
        ours: the semantic_manifest.json that dbt wrote for it.
        redshift: the other side.
        theirs: the same for the other side.
        other_name: what to call it.

    Raises:
        TickitError: the other side refuses a query.

    """
    here, there = Semantics(ours, "duckdb"), Semantics(theirs, "redshift")
    outcomes = []
    for name, question in questions(here).items():
        query = here.query(question)
        columns = (*query.by, *query.metrics)
        relation = Relation(f"metrics: {name}", "", "", columns, query.by, {})
        rows = duckdb.answer(query.sql), redshift.answer(there.query(question).sql)
        outcomes.append(compare_rows(Outcome(relation), *rows, other_name))
    return outcomes
