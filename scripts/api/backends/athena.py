"""Open tables in Glue, asked through Athena: each version is a set of Iceberg snapshots, one of each table."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scripts.api.backends import QUERY_SECONDS, SlowQueryError, UnavailableError
from scripts.api.backends.renaming import Names
from scripts.core.errors import TickitError
from scripts.core.s3 import place
from scripts.core.sql import literal, quoted
from scripts.serving.catalogue import Catalogue

# Between two questions whether a query is done, in seconds: the first waits the least.
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 1.0
_READ: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "int": int,
    "bigint": int,
    "double": float,
    "boolean": "true".__eq__,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}


class AthenaSnapshot:
    """The tables of a version, each at a snapshot: they stay until `tickit expire` removes their files."""

    def __init__(
        self,
        ask: Callable[[str, Sequence[Any]], list[tuple[Any, ...]]],
        version: str,
        catalogue: Catalogue,
        names: Names,
    ) -> None:
        self.version = version
        self.catalogue = catalogue
        self._ask = ask
        self._names = names

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query on the marts, from this version's snapshots of them."""
        return self._ask(self._names.exchange(sql), values)

    def close(self) -> None:
        """Nothing is open: each query is a request."""


class AthenaBackend:
    """The open tables that `tickit publish` has listed in a Glue database.

    Args:
        catalogue: the models; those that are no open table are left out, and so are metrics, whose days are in none.
        database: the Glue database.
        workgroup: whose settings say where Athena keeps results.
        query_seconds: longer than this no query runs.

    """

    engine = "athena"
    look_seconds = 60.0

    def __init__(
        self, catalogue: Catalogue, database: str, workgroup: str, query_seconds: float = QUERY_SECONDS
    ) -> None:
        self._catalogue = catalogue
        self._database = database
        self._workgroup = workgroup
        self._query_seconds = query_seconds
        config = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 4})
        self._glue: Any = boto3.client("glue", config=config)
        self._s3: Any = boto3.client("s3", config=config)
        self._athena: Any = boto3.client("athena", config=config)
        self._opened: Mapping[str, str] = {}

    def open(self) -> AthenaSnapshot:
        """Open the snapshots that are the tables now."""
        found = self._tables()
        models = {name: each for name, each in self._catalogue.models.items() if name in found}
        if not models:
            raise TickitError(
                f"there is no open table in the Glue database {self._database}: `tickit publish` makes them."
            )
        try:
            relations = {
                each.relation: f"{quoted(self._database, name)} for version as of {self._snapshot(found[name]):d}"
                for name, each in models.items()
            }
        except (BotoCoreError, ClientError) as error:
            raise TickitError(f"the metadata of the open tables cannot be read: {_said(error)}.") from error
        self._opened = found
        version = hashlib.sha256(json.dumps(sorted(found.items())).encode()).hexdigest()[:16]
        catalogue = Catalogue(self._catalogue.database, models, "")
        return AthenaSnapshot(self._ask, version, catalogue, Names(relations))

    def has_changed(self) -> bool:
        """Return whether a table has another snapshot than when it was opened."""
        return self._tables() != self._opened

    def _tables(self) -> dict[str, str]:
        """Return where the metadata of each table of a model is."""
        try:
            pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=self._database)
            tables = [table for page in pages for table in page["TableList"]]
        except (BotoCoreError, ClientError) as error:
            raise TickitError(f"the Glue database {self._database} cannot be read: {_said(error)}.") from error
        locations = {table["Name"]: table.get("Parameters", {}).get("metadata_location") for table in tables}
        return {name: where for name, where in locations.items() if where and name in self._catalogue.models}

    def _snapshot(self, metadata: str) -> int:
        file = place(metadata)
        answer = self._s3.get_object(Bucket=file.bucket, Key=file.prefix.rstrip("/"))
        return int(json.load(answer["Body"])["current-snapshot-id"])

    def _ask(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query, ``?`` in it for each value; raise SlowQueryError or UnavailableError."""
        # Athena reads a parameter as SQL: each is a text, which the query casts.
        parameters = {"ExecutionParameters": [literal(_text(value)) for value in values]} if values else {}
        try:
            query = self._athena.start_query_execution(QueryString=sql, WorkGroup=self._workgroup, **parameters)
            query_id = query["QueryExecutionId"]
            self._wait(query_id)
            pages = self._athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
            return _rows([page["ResultSet"] for page in pages])
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError(f"Athena cannot be asked: {_said(error)}") from error

    def _wait(self, query_id: str) -> None:
        until, wait = time.monotonic() + self._query_seconds, _FIRST_WAIT
        while True:
            status = self._athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return
            if status["State"] in ("FAILED", "CANCELLED"):
                # Its reason may quote values.
                kind = status.get("AthenaError", {}).get("ErrorType", "unknown")
                raise UnavailableError(f"the query {status['State'].lower()} in Athena, error type {kind}")
            if time.monotonic() + wait > until:
                self._athena.stop_query_execution(QueryExecutionId=query_id)
                raise SlowQueryError
            time.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def _rows(results: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Return rows with values of their types. The first row of the first page has the names."""
    read = [_READ.get(column["Type"], str) for column in results[0]["ResultSetMetadata"]["ColumnInfo"]]
    lines = [line["Data"] for result in results for line in result["Rows"]][1:]
    return [
        tuple(
            kind(value["VarCharValue"]) if "VarCharValue" in value else None
            for kind, value in zip(read, line, strict=True)
        )
        for line in lines
    ]


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _said(error: Exception) -> str:
    """Return the code of what AWS refuses, or the kind of what went wrong on the way."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
