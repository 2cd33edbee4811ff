"""The FastAPI application of a catalogue: its routes, their parameters, and the OpenAPI document.

A catalogue has an application of its own: a build that adds a column brings a new one. What serves it
(scripts/api/gateway.py) puts the snapshot, the caller's scopes and the request's id into the scope of each request.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Container, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, get_args

import orjson
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.exceptions import HTTPException

from scripts.api import formats, parameters, resources
from scripts.api.backends import SlowQueryError, UnavailableError
from scripts.api.formats import MEDIA_TYPES, Format, accepted
from scripts.api.metrics import Metrics
from scripts.api.problems import MEDIA_TYPE, Problem, ProblemError
from scripts.api.problems import body as problem_body
from scripts.api.resources import Condition, Resource
from scripts.core.errors import UsageError
from scripts.metrics.semantics import GRAINS, Question
from scripts.serving.catalogue import Catalogue, Column

VERSION = "1.0"
PREFIX = "/v1"
# The names in a pattern that takes several of them.
_LISTED = re.compile(r"\^-?\(([^)]*)\)")

STATE = "tickit"
"""Where the gateway's `Asked` is in the scope of a request."""

METRICS_TTL = resources.HOUR


class Asked:
    """What the gateway knows of a request, and what the route says about its answer."""

    __slots__ = ("is_personal", "request_id", "scopes", "snapshot", "ttl")

    def __init__(self, snapshot: Any, scopes: frozenset[str], request_id: str) -> None:
        self.snapshot = snapshot
        self.scopes = scopes
        self.request_id = request_id
        self.ttl = 0
        self.is_personal = False


def asked_of(request: Request) -> Asked:
    """Return what the gateway knows of a request."""
    found: Asked = request.scope[STATE]
    return found


def build(catalogue: Catalogue, metrics: Metrics | None) -> FastAPI:
    """Return the application that serves a catalogue, and its metrics if there are any."""
    app = FastAPI(
        title="TICKIT lakehouse",
        version=VERSION,
        summary="The public marts and metrics of the TICKIT lakehouse, read-only.",
        description=(
            "Collections are read page by page: `next_cursor` of a page is the `cursor` of the next. Times are UTC. "
            "The header `X-Data-Version` names the published version that an answer is of."
        ),
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        responses={code: _problem(about) for code, about in _PROBLEMS.items()},
    )
    for resource in resources.served(catalogue):
        _add_collection(app, catalogue, resource)
        if resource.has_items:
            _add_item(app, catalogue, resource)
    if metrics:
        _add_metrics(app, metrics)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ProblemError, _problem_response)
    app.add_exception_handler(HTTPException, _http_problem)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # as FastAPI documents
    return app


_PROBLEMS = {
    401: "No key or token, or one that is not valid.",
    403: "The key or token lacks the scope for what is asked.",
    405: "The API is only read.",
    406: "The Accept header takes none of the formats.",
    414: "The query is too long.",
    422: "A parameter is wrong.",
    429: "Too many requests; Retry-After says when to come again.",
    503: "The engine cannot be asked now.",
    504: "The query took too long.",
}


def _problem(about: str) -> dict[str, Any]:
    return {"description": about, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    for path in document["paths"].values():
        for parameter in path["get"].get("parameters", []):
            parameter["schema"] = _in_an_address(parameter["schema"])
        # Generators of clients read the first format alone.
        content = path["get"]["responses"]["200"]["content"]
        path["get"]["responses"]["200"]["content"] = {"application/json": content.pop("application/json"), **content}
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "bearer": {"type": "http", "scheme": "bearer", "description": "A key, or a token of the identity provider."},
    }
    # The empty one: a server without keys answers on its own machine.
    document["security"] = [{"key": []}, {"bearer": []}, {}]
    app.openapi_schema = document
    return document


def _in_an_address(schema: dict[str, Any]) -> dict[str, Any]:
    """Leave null out of a parameter's type: in an address there is none, a parameter is there or is not."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]} if kinds else schema


def _title(path: str) -> str:
    return "".join(word.capitalize() for word in path.split("-"))


def _route(
    app: FastAPI, path: str, endpoint: Callable[..., Response], signature: Sequence[inspect.Parameter], **about: Any
) -> None:
    (asked,) = (get_args(each.annotation)[0] for each in signature if each.name == "asked")
    several = {name for name, field in asked.model_fields.items() if "list[" in str(field.annotation)}

    def checked(request: Request, **more: Any) -> Response:
        _refuse_repeated(request, several)
        return endpoint(request, **more)

    of_request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Request)
    checked.__signature__ = inspect.Signature([of_request, *signature])  # type: ignore[attr-defined]
    app.get(f"{PREFIX}{path}", response_class=Response, **about)(checked)


def _refuse_repeated(request: Request, several: Container[str]) -> None:
    """Raise ProblemError for a parameter that has one value and is given twice: no one could tell which counts."""
    times = Counter(name for name, _ in request.query_params.multi_items() if name not in several)
    if repeated := [name for name, count in times.items() if count > 1]:
        raise ProblemError(
            422,
            f"{', '.join(repeated)}: give it once.",
            errors=[{"name": name, "reason": "is given more than once"} for name in repeated],
        )


def _parameter(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation)


def _answer(model: type[BaseModel], about: str) -> dict[int | str, dict[str, Any]]:
    others: dict[str, Any] = {name: {} for each, name in MEDIA_TYPES.items() if each is not Format.json}
    return {200: {"description": about, "model": model, "content": others}}


def _add_collection(app: FastAPI, catalogue: Catalogue, resource: Resource) -> None:
    columns = resource.columns(catalogue)
    own = next((column for column in columns if resource.below and column.name == resource.key[0]), None)
    filters = tuple(column for column in columns if column is not own)
    name = _title(resource.path)
    model = parameters.collection_model(name, resource, filters)
    above = next((each for each in resources.RESOURCES if each.path == resource.below), None)
    base = f"/{resource.below}/{{{above.key[0]}}}" if above else ""

    def endpoint(request: Request, asked: Any, **of_path: Any) -> Response:
        state = asked_of(request)
        fixed: list[Condition] = []
        if above and own:
            value = of_path[above.key[0]]
            _row(state, catalogue, above, [above.key[0]], value)
            fixed = [Condition(own, "=", (value,))]
        return _page(request, catalogue, resource, columns, asked, fixed)

    signature = [_parameter("asked", Annotated[model, Query()])]
    if above and own:
        signature = [_parameter(above.key[0], parameters.value_type(own)), *signature]
    more = {404: _problem(f"There is no such item of {above.path}.")} if above else {}
    _route(
        app,
        f"{base}/{resource.path}",
        endpoint,
        signature,
        summary=resource.about,
        operation_id=f"list_{resource.path.replace('-', '_')}",
        tags=[resource.below or resource.path],
        responses={**_answer(parameters.page_model(name, columns), "A page of rows."), **more},
    )


def _add_item(app: FastAPI, catalogue: Catalogue, resource: Resource) -> None:
    columns = resource.columns(catalogue)
    key = next(column for column in columns if column.name == resource.key[0])
    name = _title(resource.path)

    def endpoint(request: Request, asked: Any, **of_path: Any) -> Response:
        state = asked_of(request)
        fields, state.is_personal = parameters.chosen_fields(asked.fields, columns, state.scopes)
        row = _row(state, catalogue, resource, fields, of_path[key.name])
        state.ttl = resource.ttl
        form = _format(request, asked)
        return _written(form, fields, [row], columns, lambda: formats.json_item(fields, row))

    _route(
        app,
        f"/{resource.path}/{{{key.name}}}",
        endpoint,
        [
            _parameter(key.name, parameters.value_type(key)),
            _parameter("asked", Annotated[parameters.item_model(name, columns), Query()]),
        ],
        summary=f"One of: {resource.about}",
        operation_id=f"get_{resource.path.replace('-', '_')}",
        tags=[resource.path],
        responses={
            **_answer(parameters.row_model(f"{name}Item", columns), "The row."),
            404: _problem("There is none."),
        },
    )


def _page(
    request: Request,
    catalogue: Catalogue,
    resource: Resource,
    columns: Sequence[Column],
    asked: Any,
    fixed: Sequence[Condition],
) -> Response:
    state = asked_of(request)
    fields, state.is_personal = parameters.chosen_fields(asked.fields, columns, state.scopes)
    form = _format(request, asked)
    sort = asked.sort or ""
    after = parameters.read_cursor(asked.cursor, resource, sort, catalogue) if asked.cursor else None
    filters = [*fixed, *parameters.conditions(asked, columns)]
    # One row more than is shown says whether there is a next page.
    statement = resources.page(catalogue, resource, fields, filters, sort, after, asked.limit + 1)
    rows = state.snapshot.rows(statement.sql, statement.values)
    more, rows = len(rows) > asked.limit, rows[: asked.limit]
    cursor = None
    if more:
        places = [statement.columns.index(name) for name, _ in resources.ordering(resource, sort)]
        cursor = parameters.cursor_of(sort, [rows[-1][place] for place in places])
    shown = [row[: len(fields)] for row in rows]
    state.ttl = resource.ttl
    response = _written(form, fields, shown, columns, lambda: formats.json_page(fields, shown, cursor))
    if cursor:
        following = request.url.include_query_params(cursor=cursor)
        response.headers["link"] = f'<{following.path}?{following.query}>; rel="next"'
    return response


def _row(state: Asked, catalogue: Catalogue, resource: Resource, fields: Sequence[str], value: Any) -> tuple[Any, ...]:
    statement = resources.item(catalogue, resource, fields, value)
    rows = state.snapshot.rows(statement.sql, statement.values)
    if not rows:
        raise ProblemError(404, f"there is no such item of {resource.path}: {PREFIX}/{resource.path} lists them.")
    row: tuple[Any, ...] = rows[0]
    return row


def _format(request: Request, asked: Any) -> Format:
    """Return the format that a request asks for, by its parameter or else by its header."""
    found: Format = asked.format or accepted(request.headers.get("accept", ""))
    return found


def _written(
    form: Format, fields: Sequence[str], rows: formats.Rows, columns: Sequence[Column], as_json: Callable[[], bytes]
) -> Response:
    if form is Format.json:
        content = as_json()
    elif form is Format.csv:
        content = formats.csv_page(fields, rows)
    else:
        types = {column.name: column.type for column in columns}
        content = formats.arrow_page(fields, rows, [types.get(name) for name in fields])
    return Response(content, media_type=MEDIA_TYPES[form])


class MetricAbout(BaseModel):
    """A metric, and what it can be asked by."""

    name: str
    label: str
    description: str
    unit: str
    dimensions: list[str]


class MetricList(BaseModel):
    """All metrics."""

    data: list[MetricAbout]


class MetricRows(BaseModel):
    """Rows of dimensions and a metric."""

    data: list[dict[str, Any]]
    next_cursor: None = None


def _add_metrics(app: FastAPI, metrics: Metrics) -> None:
    semantics = metrics.semantics
    dimensions = {name: sorted(semantics.dimensions_of([name])) for name in semantics.metrics}
    listed = orjson.dumps(
        {
            "data": [
                {
                    "name": each.name,
                    "label": each.label,
                    "description": each.description,
                    "unit": each.unit,
                    "dimensions": dimensions[each.name],
                }
                for each in semantics.metrics.values()
            ]
        }
    )

    def catalogue_endpoint(request: Request, asked: Any) -> Response:
        asked_of(request).ttl = resources.DAY
        return Response(listed, media_type=MEDIA_TYPES[Format.json])

    nothing = create_model("MetricsParameters", __config__=ConfigDict(extra="forbid"))
    _route(
        app,
        "/metrics",
        catalogue_endpoint,
        [_parameter("asked", Annotated[nothing, Query()])],
        summary="The metrics, each with the dimensions that it can be asked by.",
        operation_id="list_metrics",
        tags=["metrics"],
        responses={200: {"model": MetricList}},
    )
    for name, metric in semantics.metrics.items():
        _add_metric(app, metrics, name, metric.description, dimensions[name], name in semantics.of_periods)


def _add_metric(
    app: FastAPI, metrics: Metrics, name: str, about: str, dimensions: Sequence[str], is_of_periods: bool
) -> None:
    names = "|".join(dimensions)
    by = Annotated[str, Field(max_length=500, pattern=rf"^({names})(,({names})){{0,9}}$")]
    needs = f" One of {', '.join(GRAINS)} at least: it compares periods." if is_of_periods else ""
    order = rf"^-?({names}|{name})(,-?({names}|{name}))*$"
    fields: dict[str, Any] = {
        "by": (
            by if is_of_periods else by | None,
            Field(
                ... if is_of_periods else None,
                description=f"Dimensions, with commas between: {', '.join(dimensions)}.{needs}",
            ),
        ),
        "where": (
            Annotated[str | None, Field(max_length=500)],
            Field(None, description="A filter by dimensions: `venue_state_code = 'NV' and month >= '2008-11'`."),
        ),
        "order": (
            Annotated[str | None, Field(max_length=500, pattern=order)],
            Field(None, description="Columns of the answer to sort by, - before one for the highest first."),
        ),
        "limit": (
            Annotated[int, Field(ge=1, le=parameters.MOST_ROWS)],
            Field(parameters.MOST_ROWS, description="Rows."),
        ),
        "format": (Format | None, Field(None, description="By default what the Accept header asks for.")),
    }
    title = f"{_title(name.replace('_', '-'))}MetricParameters"
    model = create_model(title, __config__=ConfigDict(extra="forbid"), **fields)

    def endpoint(request: Request, asked: Any) -> Response:
        state = asked_of(request)
        form = _format(request, asked)
        by = tuple(dict.fromkeys(asked.by.split(","))) if asked.by else ()
        order = tuple(dict.fromkeys(asked.order.split(","))) if asked.order else ()
        try:
            query = metrics.query(Question((name,), by, asked.where or "", order, asked.limit))
        except UsageError as error:
            raise ProblemError(422, str(error).replace(" `tickit metric --list` shows all.", "")) from error
        rows = state.snapshot.rows(query.sql)
        columns = (*query.by, *query.metrics)
        state.ttl = METRICS_TTL
        return _written(form, columns, rows, (), lambda: formats.json_page(columns, rows, None))

    _route(
        app,
        f"/metrics/{name}",
        endpoint,
        [_parameter("asked", Annotated[model, Query()])],
        summary=about,
        operation_id=f"metric_{name}",
        tags=["metrics"],
        responses=_answer(MetricRows, "The metric by the dimensions."),
    )


def _invalid(request: Request, error: Exception) -> Response:
    """Answer parameters that are wrong: which, and why, without their values."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it
    names = _names(request)
    wrong = [
        {"name": str(next((part for part in each["loc"][1:]), "")), "reason": _reason(each, names)}
        for each in error.errors()
    ]
    # A list has one complaint for each of its values.
    unique = list({(each["name"], each["reason"]): each for each in wrong}.values())[:20]
    detail = "; ".join(f"{each['name']}: {each['reason']}" for each in unique)
    raise_as = ProblemError(
        422,
        f"{detail.removesuffix('.')}{'' if detail.endswith('?') else '.'} /openapi.json describes the parameters.",
        errors=unique,
    )
    return _problem_response(request, raise_as)


def _names(request: Request) -> list[str]:
    """Return the names of the parameters that an address takes."""
    parameters = request.scope["route"].dependant.query_params
    return [name for parameter in parameters for name in getattr(parameter.field_info.annotation, "model_fields", ())]


def _reason(error: Any, names: list[str]) -> str:
    if error["type"] == "extra_forbidden":
        return f"there is no such parameter{_nearest(str(error['loc'][-1]), names)}"
    if error["type"] == "string_pattern_mismatch":
        # `fields`, `by` and `order`: each of these names, with commas between.
        known = _LISTED.match(error["ctx"]["pattern"])
        if not known:
            return "has characters that it may not have"
        listed = known[1].split("|")
        wrong = [name for name in error["input"].split(",") if name.removeprefix("-") not in listed]
        return f"has a name that is not known here{_nearest(wrong[0], listed)}" if wrong else "has too many names"
    return str(error["msg"]).removeprefix("Value error, ")


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name.removeprefix("-"), known, 1)
    return f"; did you mean {near[0]}?" if near else ""


def _problem_response(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101  # registered for it
    return Response(error.body(asked_of(request).request_id), error.status, error.headers, MEDIA_TYPE)


def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it
    detail = error.detail
    if error.status_code == 404:
        near = _nearest(request.url.path, _addresses(request))
        detail = f"there is no such address{near or ':'} /openapi.json lists them."
    return Response(
        problem_body(error.status_code, detail, asked_of(request).request_id),
        error.status_code,
        dict(error.headers or {}),
        MEDIA_TYPE,
    )


def _addresses(request: Request) -> list[str]:
    """Return the addresses without a key in them."""
    return [path for route in request.app.routes if "{" not in (path := getattr(route, "path", "{"))]


def unavailable(error: SlowQueryError | UnavailableError) -> ProblemError:
    """Return the problem of a query that ran too long or could not run."""
    if isinstance(error, SlowQueryError):
        return ProblemError(504, "the query took too long: ask for less, by filters or a smaller limit.")
    return ProblemError(503, "the data cannot be read now: try again.", headers={"Retry-After": "5"})
