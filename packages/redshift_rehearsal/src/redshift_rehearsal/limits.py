"""What Redshift runs and the stand-in cannot: answered with "not rehearsed", so that nobody takes it for a mistake."""

from __future__ import annotations

import re
from dataclasses import dataclass

from redshift_rehearsal.errors import REDSHIFT_DOCS, NotRehearsed
from redshift_rehearsal.refusals.data_types import places_of_types
from redshift_rehearsal.refusals.statement import Statement


@dataclass(frozen=True)
class Limit:
    """One limit: what it is, the page of Redshift's documentation, and the first words of the statements.

    ``begins`` is a pattern of the statement's words, one space between them.
    """

    what: str
    page: str
    begins: re.Pattern[str]


def _limit(what: str, page: str, begins: str) -> Limit:
    return Limit(what, page, re.compile(begins))


_STATEMENTS = (
    _limit("machine learning", "r_CREATE_MODEL.html", r"(create|drop|explain) model|show model"),
    _limit("functions in Python", "r_CREATE_LIBRARY.html", r"(create|drop) (or replace )?library"),
    _limit("functions in Python", "r_CREATE_FUNCTION.html", r"create (or replace )?function .* language plpythonu"),
    _limit("datashares", "datashare-overview.html", r"(create|alter|drop|desc) datashare|show datashares"),
    _limit("datashares", "datashare-overview.html", r"(grant|revoke) .* on datashare"),
    _limit(
        "databases of other services", "r_CREATE_DATABASE.html", r"create database \S+ .*from (integration|arn|data)"
    ),
    _limit("identity providers", "r_CREATE_IDENTITY_PROVIDER.html", r"(create|alter|drop|desc) identity provider"),
)
_BEGINNINGS = frozenset(("create", "alter", "drop", "explain", "show", "desc", "grant", "revoke"))
_MARKS = frozenset(("function", "model", "library", "datashare", "datashares", "database", "identity"))

# What a query may hold.
_TYPES = {
    "geometry": "geometry-data-type.html",
    "geography": "geography-data-type.html",
    "hllsketch": "r_HLLSKTECH_type.html",
}


def check(statement: Statement) -> None:
    """Raise NotRehearsed for what the stand-in has not."""
    present = statement.present
    if statement.word(0) in _BEGINNINGS and not _MARKS.isdisjoint(present):
        text = " ".join(statement.words)
        for limit in _STATEMENTS:
            if limit.begins.match(text):
                raise NotRehearsed(limit.what, REDSHIFT_DOCS + limit.page)
    for kind, page in _TYPES.items():
        if kind in present and not set(statement.places(kind)).isdisjoint(places_of_types(statement)):
            raise NotRehearsed(f"the type {kind.upper()}", REDSHIFT_DOCS + page)
    if any(statement.places("connect", "by")):
        raise NotRehearsed(
            "CONNECT BY: write a recursive common table expression", f"{REDSHIFT_DOCS}r_CONNECT_BY_clause.html"
        )
    if any(statement.places("(", "+", ")")):
        raise NotRehearsed(
            "the operator (+) of joins: write LEFT or RIGHT JOIN", f"{REDSHIFT_DOCS}r_WHERE_oracle_outer.html"
        )
    for call in [place for place in statement.places("(") if statement.word(place - 1)[:3] in ("st_", "h3_", "hll")]:
        if statement.opens_call(call):
            raise NotRehearsed(
                f"the function {statement.word(call - 1).upper()}", f"{REDSHIFT_DOCS}geospatial-functions.html"
            )
