"""What the semantic models and metrics of the project are, and the SQL in which MetricFlow answers a question.

MetricFlow names a dimension by the entities on the way to it, ``event__venue__venue_name``. People say ``venue_name``:
the dimensions in models/semantics have names that are theirs alone, so the last part is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from pathlib import Path
from textwrap import indent
from typing import Any

from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest, OutputColumnOrderMode
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.redshift import RedshiftSqlPlanRenderer
from metricflow_semantic_interfaces.references import MetricReference
from metricflow_semantics.errors.error_classes import MetricFlowException
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.linkable_element_property import GroupByItemProperty
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from metricflow_semantics.model.semantics.element_filter import GroupByItemSetFilter
from metricflow_semantics.model.semantics.linkable_element import LinkableElementType

from scripts.core.errors import TickitError, UsageError

GRAINS = ("day", "week", "month", "quarter", "year")
"""The periods of time that one can ask by."""

_TIME = "metric_time"
_LEFT_OUT = {GroupByItemProperty.DATE_PART, GroupByItemProperty.METRIC, GroupByItemProperty.LOCAL_LINKED}


class Kind(Enum):
    """What the values of a dimension are."""

    KEY = "key"
    TIME = "time"
    VALUE = "value"


@dataclass(frozen=True)
class Metric:
    """A metric as its YAML describes it; ``unit`` is what its number counts: USD, tickets, share, days ..."""

    name: str
    label: str
    description: str
    unit: str
    owner: str


@dataclass(frozen=True)
class Dimension:
    """What one can group and filter by: ``name`` is ours, ``path`` MetricFlow's, less the ``grain`` of a time."""

    name: str
    path: tuple[str, ...]
    kind: Kind
    grain: str
    description: str

    @property
    def asked(self) -> str:
        """MetricFlow's name: that of the column in its answer."""
        return "__".join([*self.path, *([self.grain] if self.grain else [])])

    @property
    def template(self) -> str:
        """Its place in a filter of MetricFlow's."""
        *links, element = self.path
        if self.kind is Kind.KEY:
            return f"{{{{ Entity('{element}', entity_path={links}) }}}}"
        name = "__".join([*links[-1:], element])
        if self.kind is Kind.TIME:
            return f"{{{{ TimeDimension('{name}', '{self.grain}', entity_path={links[:-1]}) }}}}"
        return f"{{{{ Dimension('{name}', entity_path={links[:-1]}) }}}}"


@dataclass(frozen=True)
class SavedQuery:
    """A question that people open daily."""

    name: str
    label: str
    description: str


@dataclass(frozen=True)
class Question:
    """Metrics by dimensions. ``order`` has names of either, ``-`` before one for the highest first.

    ``saved`` is the name of a saved query, whose metrics and dimensions it takes; the others are empty then.
    """

    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    where: str = ""
    order: tuple[str, ...] = ()
    limit: int | None = None
    saved: str = ""


@dataclass(frozen=True)
class Query:
    """The SQL that answers a question; its columns are the names of dimensions, then of metrics."""

    sql: str
    by: tuple[str, ...]
    metrics: tuple[str, ...]


class _Renderer:
    """What MetricFlow has to know of a warehouse to write SQL for it. It is given no connection: others run the SQL."""

    def __init__(self, engine: str) -> None:
        self.sql_engine_type = SqlEngine.REDSHIFT if engine == "redshift" else SqlEngine.DUCKDB
        self.sql_plan_renderer = RedshiftSqlPlanRenderer() if engine == "redshift" else DuckDbSqlPlanRenderer()


class Semantics:
    """The semantic models, metrics and saved queries of a parsed project.

    Args:
        manifest: the semantic_manifest.json that dbt wrote for a target.
        engine: the adapter of that target, ``duckdb`` or ``redshift``: whose SQL to write.

    ``of_periods`` are the metrics that have to be asked by a period.

    Raises:
        TickitError: MetricFlow cannot read what dbt wrote.

    """

    def __init__(self, manifest: Path, engine: str = "duckdb") -> None:
        try:
            parsed = parse_manifest_from_dbt_generated_manifest(manifest.read_text(encoding="utf-8"))
            self._lookup = SemanticManifestLookup(parsed)
            renderer: Any = _Renderer(engine)
            self._engine = MetricFlowEngine(semantic_manifest_lookup=self._lookup, sql_client=renderer)
        except (MetricFlowException, ValueError) as error:
            raise TickitError(f"MetricFlow cannot read {manifest}: {_first_line(error)}") from error
        self.metrics = {metric.name: _metric(metric) for metric in sorted(parsed.metrics, key=lambda each: each.name)}
        self.saved_queries = {
            each.name: SavedQuery(each.name, each.label or each.name, each.description or "")
            for each in parsed.saved_queries
        }
        self.of_periods = _of_periods(parsed.metrics)
        self._described = dict(_descriptions(parsed))
        self.dimensions = self._dimensions()

    def check_metrics(self, names: Iterable[str]) -> None:
        """Raise UsageError for the first name that is no metric, with the names that are nearest to it."""
        _check(names, self.metrics, "metric")

    def dimensions_of(self, metrics: Iterable[str]) -> dict[str, Dimension]:
        """Return the dimensions that all of these metrics can be asked by, by name."""
        found: dict[str, Dimension] = {}
        items = self._lookup.metric_lookup.get_common_group_by_items(
            metric_references=tuple(MetricReference(element_name=name) for name in metrics),
            set_filter=GroupByItemSetFilter.create(any_properties_denylist=_LEFT_OUT),
        )
        for item in items.annotated_specs:
            grain = item.time_grain.name if item.time_grain else ""
            # A metric's own time is its period: `month`, not `sold_month` too.
            is_period = grain and GroupByItemProperty.LOCAL in item.element_properties and item.element_name != _TIME
            if is_period or (grain and grain not in GRAINS):
                continue
            kind = {LinkableElementType.ENTITY: Kind.KEY, LinkableElementType.TIME_DIMENSION: Kind.TIME}.get(
                item.element_type, Kind.VALUE
            )
            path = (*item.entity_link_names, item.element_name)
            dimension = Dimension(
                _short(item.element_name, kind, grain), path, kind, grain, self._described.get(item.element_name, "")
            )
            # Of two ways to the same, the shorter one.
            known = found.get(dimension.name)
            if known is None or (len(path), path) < (len(known.path), known.path):
                found[dimension.name] = dimension
        return dict(sorted(found.items()))

    def query(self, question: Question) -> Query:
        """Return the SQL that answers a question.

        Raises:
            UsageError: a name is not known, a dimension is not one of all the metrics, or the filter is not one.

        """
        from scripts.metrics.filters import template

        if question.saved:
            _check([question.saved], self.saved_queries, "saved query")
        self.check_metrics(question.metrics)
        shared = self.dimensions_of(question.metrics) if question.metrics else self.dimensions
        self._check_dimensions(question.by, shared, question.metrics)
        of_periods = [name for name in question.metrics if name in self.of_periods]
        if of_periods and not set(question.by) & set(GRAINS):
            raise UsageError(f"{of_periods[0]} compares periods: ask by {', '.join(GRAINS[:-1])} or {GRAINS[-1]} too.")
        where = ""
        if question.where:
            where = template(question.where, lambda name: self._dimension(name, shared, question.metrics))
        request = MetricFlowQueryRequest.create(
            saved_query_name=question.saved or None,
            metric_names=question.metrics or None,
            group_by_names=[shared[name].asked for name in question.by] or None,
            where_constraints=[where] if where else None,
            output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER,
        )
        try:
            answer = self._engine.explain(request)
        except MetricFlowException as error:
            raise UsageError(f"MetricFlow cannot answer this: {_first_line(error)}") from error
        asked = {dimension.asked: dimension for dimension in self.dimensions.values()}
        order = answer.query_spec.input_spec_order
        by = [asked[spec.dunder_name] for spec in order.group_by_item_specs]
        metrics = [spec.element_name for spec in order.metric_specs]
        ordered = [f"{'-' if each.descending else ''}{_ours(each, asked)}" for each in answer.query_spec.order_by_specs]
        sql = _in_order(
            answer.sql_statement.without_descriptions.sql,
            by,
            metrics,
            question.order or ordered,
            question.limit or answer.query_spec.limit,
        )
        return Query(sql, tuple(each.name for each in by), tuple(metrics))

    def _dimensions(self) -> dict[str, Dimension]:
        """Return the dimensions of any metric, by name."""
        found: dict[str, Dimension] = {}
        for name in self.metrics:
            for dimension in self.dimensions_of([name]).values():
                known = found.setdefault(dimension.name, dimension)
                if known.path != dimension.path and len(dimension.path) < len(known.path):
                    found[dimension.name] = dimension
        return dict(sorted(found.items()))

    def _dimension(self, name: str, shared: dict[str, Dimension], metrics: Sequence[str]) -> Dimension:
        self._check_dimensions([name], shared, metrics)
        return shared[name]

    def _check_dimensions(self, names: Iterable[str], shared: dict[str, Dimension], metrics: Sequence[str]) -> None:
        """Raise UsageError for a dimension that is not known, or not one of these metrics."""
        _check(names, self.dimensions, "dimension")
        if foreign := [name for name in names if name not in shared]:
            without = [metric for metric in metrics if foreign[0] not in self.dimensions_of([metric])]
            raise UsageError(
                f"{' and '.join(without or metrics)} cannot be asked by {foreign[0]}. "
                f"{'It' if len(metrics) == 1 else 'All that is asked for'} can be asked by {', '.join(shared)}."
            )


def _in_order(
    sql: str, by: Sequence[Dimension], metrics: Sequence[str], order: Sequence[str], limit: int | None
) -> str:
    """Give the columns of MetricFlow's answer our names, a time the type of a day, and the rows an order.

    MetricFlow's own ``order by`` has NULL first on Redshift and last on DuckDB, and leaves ties in any order.
    """
    columns = [
        f"cast({each.asked} as date) as {each.name}"
        if each.kind is Kind.TIME
        else each.asked
        if each.asked == each.name
        else f"{each.asked} as {each.name}"
        for each in by
    ]
    names = [each.name for each in by]
    _check([name.removeprefix("-") for name in order], [*names, *metrics], "column of the answer")
    wanted = [*order, *(name for name in names if name not in {each.removeprefix("-") for each in order})]
    directions = [f"{each.removeprefix('-')} {'desc' if each.startswith('-') else 'asc'} nulls last" for each in wanted]
    parts = ["select", indent(",\n".join([*columns, *metrics]), "    "), "from (", indent(sql, "    "), ") as answer"]
    if directions:
        parts.append(f"order by {', '.join(directions)}")
    if limit:
        parts.append(f"limit {limit:d}")
    return "\n".join(parts)


def _short(element: str, kind: Kind, grain: str) -> str:
    """Return what people call it: `month`, `event_month`, `venue_id`, `venue_name`."""
    if element == _TIME:
        return grain
    if kind is Kind.KEY:
        return f"{element}_id"
    if kind is Kind.TIME and grain != "day":
        return f"{element.removesuffix('_date')}_{grain}"
    return element


def _ours(ordered: Any, asked: dict[str, Dimension]) -> str:
    """Return our name of what a saved query is ordered by."""
    name = ordered.instance_spec.dunder_name
    return asked[name].name if name in asked else str(ordered.instance_spec.element_name)


def _of_periods(metrics: Iterable[Any]) -> frozenset[str]:
    """Return the metrics that cannot be asked without a period: they look at one before, or at one until now."""
    by_name = {metric.name: metric for metric in metrics}

    def is_of_periods(name: str) -> bool:
        about = by_name[name].type_params
        cumulative = about.cumulative_type_params
        inputs = [each for each in (*(about.metrics or ()), about.numerator, about.denominator) if each]
        return bool(cumulative and (cumulative.window or cumulative.grain_to_date)) or any(
            bool(each.offset_window or each.offset_to_grain) or is_of_periods(each.name) for each in inputs
        )

    return frozenset(name for name in by_name if is_of_periods(name))


def _metric(metric: Any) -> Metric:
    meta = metric.config.meta if metric.config else {}
    return Metric(
        metric.name,
        metric.label or metric.name,
        metric.description or "",
        str(meta.get("unit", "")),
        str(meta.get("owner", "")),
    )


def _descriptions(manifest: Any) -> Iterable[tuple[str, str]]:
    """Yield the element names of dimensions with their descriptions."""
    yield _TIME, "Period of the metric: of a sale when it was sold, of a listing when it was listed."
    for model in manifest.semantic_models:
        for entity in model.entities:
            if entity.type.value == "primary":
                yield entity.name, f"Key of the {entity.name}."
        for dimension in model.dimensions:
            yield dimension.name, dimension.description or ""


def _check(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """Raise UsageError for the first name that is not known, with the names that are nearest to it."""
    known = list(known)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there is {', '.join(sorted(known))}."
            raise UsageError(f"no such {what}: {name}; {hint} `tickit metric --list` shows all.")


def _first_line(error: Exception) -> str:
    return next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
