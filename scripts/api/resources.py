"""What the API shows: its resources, each over a public model, and the SQL that reads them.

Names of columns come from the project's YAML, values of a request are always bound.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.serving.catalogue import Catalogue, Column

DAY = 86_400
HOUR = 3_600

# How the project loads the facts: nothing that a reader of sales asks for.
_INTERNAL = {"delivery_version"}

_USER = ("user_id", "username", "city", "state_code", "state_name", "country", "region", "division", "persona")
_BOUGHT = ("purchase_count", "tickets_bought", "amount_spent", "first_bought_at", "last_bought_at")
_SOLD = ("sale_count", "tickets_sold", "amount_earned", "first_sold_at", "last_sold_at")


@dataclass(frozen=True)
class Resource:
    """A collection, and by its key an item.

    Args:
        path: the last part of its address, ``sales``.
        model: the model whose rows it has.
        key: columns that name a row; the order of the collection.
        about: a sentence for the OpenAPI document.
        only: its columns, if not all of the model.
        where: fixed SQL that says which rows of the model it has.
        distinct: whether rows that are the same are one.
        joins: of more models: model -> (column that both share, columns to take).
        has_items: whether an item has an address of its own, by the first column of the key.
        by_month: the column of a day, of a model that has a row for each: its numbers are added up by month.
        below: the path of another resource whose item the collection belongs to: ``users``.
        ttl: seconds that an answer is cached, at most: a new version is not answered from the cache of an older one.

    """

    path: str
    model: str
    key: tuple[str, ...]
    about: str
    only: tuple[str, ...] = ()
    where: str = ""
    distinct: bool = False
    joins: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    has_items: bool = False
    by_month: str = ""
    below: str = ""
    ttl: int = HOUR

    @property
    def models(self) -> tuple[str, ...]:
        """The models that it reads."""
        return (self.model, *self.joins)

    def columns(self, catalogue: Catalogue) -> tuple[Column, ...]:
        """Return its columns, as the catalogue describes them."""
        own = {column.name: column for column in catalogue.models[self.model].columns}
        chosen = [own[name] for name in self.only or own if name not in _INTERNAL]
        for model, (_, names) in self.joins.items():
            of_model = {column.name: column for column in catalogue.models[model].columns}
            chosen += [of_model[name] for name in names]
        return tuple(_of_a_month(column, self.by_month) for column in chosen) if self.by_month else tuple(chosen)

    def source(self, catalogue: Catalogue) -> str:
        """Return the SQL of its rows as a subquery, which a `where` may follow."""
        relation = catalogue.models[self.model].relation
        if self.by_month:
            return f"({_sums_by_month(self.columns(catalogue), self.by_month, relation)}) as served"
        names = [f"own.{column.name}" for column in self.columns(catalogue)]
        joined = ""
        for model, (shared, taken) in self.joins.items():
            names = [f"{model}.{name.partition('.')[2]}" if name.partition(".")[2] in taken else name for name in names]
            joined += f" left join {catalogue.models[model].relation} as {model} on own.{shared} = {model}.{shared}"
        distinct = "distinct " if self.distinct else ""
        where = f" where {self.where}" if self.where else ""
        return f"(select {distinct}{', '.join(names)} from {relation} as own{joined}{where}) as served"


RESOURCES = (
    Resource("categories", "dim_events", ("category_id",), "Categories of events, such as Opera.",
             only=("category_id", "category_group", "category_name", "category_description"), distinct=True,
             where="category_id is not null", has_items=True, ttl=DAY),
    Resource("events", "dim_events", ("event_id",), "Performances and games, with category and venue.",
             has_items=True),
    Resource("venues", "dim_venues", ("venue_id",), "Places where events happen.", has_items=True, ttl=DAY),
    Resource("dates", "dim_dates", ("calendar_date",), "Days, with weekday, week and holiday.", has_items=True,
             ttl=DAY),
    Resource("users", "dim_users", ("user_id",), "Public attributes of registered users.", only=_USER,
             has_items=True),
    Resource("buyers", "dim_users", ("user_id",), "Users who bought, with what they bought and spent.",
             only=(*_USER, *_BOUGHT), where="purchase_count > 0", has_items=True),
    Resource("sellers", "dim_users", ("user_id",), "Users who sold, with what they sold and earned.",
             only=(*_USER, *_SOLD), where="sale_count > 0", has_items=True),
    Resource("non-buyers", "dim_non_buyers", ("user_id",), "Users who never bought, whom a campaign can write to. "
             "The e-mail address is shown to callers with the scope `personal` alone.", has_items=True),
    Resource("listings", "fct_listings", ("listing_id",), "Offers of sellers, and what became of them.",
             has_items=True),
    Resource("sales", "fct_sales", ("sale_id",), "Purchases.", has_items=True),
    Resource("daily-sales", "rpt_daily_sales", ("sold_date",), "Sales by day.", has_items=True),
    Resource("monthly-sales", "rpt_daily_sales", ("month_start_date",), "Sales by month.", by_month="sold_date",
             has_items=True),
    Resource("monthly-sales-by-category", "rpt_daily_sales_by_category",
             ("month_start_date", "category_group", "category_name"), "Sales by month and category.",
             by_month="sold_date"),
    Resource("daily-sales-by-category", "rpt_daily_sales_by_category", ("sold_date", "category_group", "category_name"),
             "Sales by day and category."),
    Resource("daily-sales-by-venue", "rpt_daily_sales_by_venue", ("sold_date", "venue_id"), "Sales by day and venue."),
    Resource("monthly-sales-by-seller", "rpt_monthly_sales_by_seller", ("month_start_date", "seller_id"),
             "Sales by month and seller."),
    Resource("likes", "rpt_likes_by_persona", ("persona", "genre"), "What buyers, sellers and others like."),
    Resource("recommended-events", "rpt_recommended_events", ("event_id", "segment_name"),
             "Events to recommend to a segment of users."),
    Resource("recommendations", "rpt_event_recommendations", ("user_id", "recommendation_rank"),
             "The events that a user will most likely buy, best first.", below="users",
             joins={"dim_events": ("event_id", ("event_name", "starts_at", "category_name", "venue_name",
                                                "venue_city", "venue_state_code"))}),
    Resource("segments", "rpt_buyer_segments", ("user_id",), "Segments of buyers by recency, frequency and money.",
             has_items=True),
    Resource("scorecards", "rpt_seller_scorecard", ("seller_id",), "How well sellers sell, compared with like offers.",
             has_items=True),
    Resource("forecast", "rpt_sales_forecast", ("category_name", "measure", "forecast_date"),
             "Forecast of the 28 days after the last sale, by category."),
    Resource("anomalies", "rpt_sales_anomalies", ("series", "sold_date"), "Days whose sales depart from the usual."),
    Resource("price-effects", "rpt_price_effect", ("category_name", "term"),
             "How orders depend on price, time and number of tickets."),
)  # fmt: skip


_MONTH_START = "month_start_date"


def _of_a_month(column: Column, day: str) -> Column:
    """Return the column of a month's row: the month for the day, and of a count a type that holds its sum."""
    if column.name == day:
        return Column(_MONTH_START, "date", "First day of the month.")
    return Column(column.name, "bigint", column.description) if column.type == "integer" else column


def _sums_by_month(columns: Sequence[Column], day: str, relation: str) -> str:
    shown = {
        column.name: f"cast(date_trunc('month', {day}) as date) as {_MONTH_START}"
        if column.name == _MONTH_START
        else column.name
        if column.type.startswith("varchar")
        else f"cast(sum({column.name}) as {column.type}) as {column.name}"
        for column in columns
    }
    groups = [f"date_trunc('month', {day})", *(each.name for each in columns if each.type.startswith("varchar"))]
    return f"select {', '.join(shown.values())} from {relation} group by {', '.join(groups)}"


def served(catalogue: Catalogue) -> tuple[Resource, ...]:
    """Return the resources whose models are all there."""
    return tuple(each for each in RESOURCES if set(each.models) <= set(catalogue.models))


@dataclass(frozen=True)
class Condition:
    """A comparison of a column with values of a request."""

    column: Column
    sign: str
    values: tuple[Any, ...]

    def sql(self) -> str:
        """Return it with a place for each value."""
        place = f"cast(? as {bound_type(self.column.type)})"
        if self.sign == "in":
            return f"{self.column.name} in ({', '.join([place] * len(self.values))})"
        return f"{self.column.name} {self.sign} {place}"


@dataclass(frozen=True)
class Statement:
    """SQL with ``?`` for each of its values, and the names of its columns."""

    sql: str
    values: tuple[Any, ...]
    columns: tuple[str, ...]


def bound_type(declared: str) -> str:
    """Return the type as which a value is compared: exact decimals as the numbers that a request can write."""
    return "double precision" if declared.startswith("decimal") else _exact_type(declared)


def page(
    catalogue: Catalogue,
    resource: Resource,
    fields: Sequence[str],
    conditions: Sequence[Condition],
    sort: str,
    after: Sequence[Any] | None,
    limit: int,
) -> Statement:
    """Return the SQL of a page: the first ``limit`` rows behind the row that ``after`` holds the sort values of.

    ``sort`` is a column, ``-`` before it for the highest first; the key decides among equals. Missing values are last.
    The columns are ``fields``, then those by which the rows are ordered, for the next page's ``after``.
    """
    by_name = {column.name: column for column in resource.columns(catalogue)}
    order = ordering(resource, sort)
    parts = [condition.sql() for condition in conditions]
    values = [value for condition in conditions for value in condition.values]
    if after is not None:
        sql, bound = _behind([(by_name[name], descending) for name, descending in order], after)
        parts.append(sql)
        values += bound
    where = f" where {' and '.join(parts)}" if parts else ""
    ordered = ", ".join(f"{name} {'desc' if descending else 'asc'} nulls last" for name, descending in order)
    columns = (*fields, *(name for name, _ in order if name not in fields))
    sql = f"select {', '.join(columns)} from {resource.source(catalogue)}{where} order by {ordered} limit {limit:d}"
    return Statement(sql, tuple(values), columns)


def item(catalogue: Catalogue, resource: Resource, fields: Sequence[str], value: Any) -> Statement:
    """Return the SQL of the row whose key has a value."""
    key = next(column for column in resource.columns(catalogue) if column.name == resource.key[0])
    condition = Condition(key, "=", (value,))
    sql = f"select {', '.join(fields)} from {resource.source(catalogue)} where {condition.sql()} limit 1"
    return Statement(sql, condition.values, tuple(fields))


def ordering(resource: Resource, sort: str) -> list[tuple[str, bool]]:
    """Return the columns by which the rows are ordered, and whether the highest is first."""
    first = [(sort.removeprefix("-"), sort.startswith("-"))] if sort else []
    return [*first, *((name, False) for name in resource.key if name != sort.removeprefix("-"))]


def _behind(order: Sequence[tuple[Column, bool]], after: Sequence[Any]) -> tuple[str, list[Any]]:
    """Return the condition of the rows behind a row, in an order with missing values last, and its values."""
    (column, descending), *rest = order
    value, *others = after
    place = f"cast(? as {_exact_type(column.type)})"
    if value is None:
        same, beyond, bound = f"{column.name} is null", "", []
    else:
        same = f"{column.name} = {place}"
        beyond = f"({column.name} {'<' if descending else '>'} {place} or {column.name} is null)"
        bound = [value]
    if not rest:
        return (beyond, bound) if beyond else ("1 = 0", [])
    deeper, deeper_values = _behind(rest, others)
    tie = f"({same} and {deeper})"
    if not beyond:
        return tie, deeper_values
    return f"({beyond} or {tie})", [*bound, *bound, *deeper_values]


def _exact_type(declared: str) -> str:
    """Return the type as which a cursor's value is compared: it was written out in full."""
    return "varchar(1000)" if declared.startswith("varchar") else declared
