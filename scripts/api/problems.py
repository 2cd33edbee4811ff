"""Errors of the API as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from pydantic import BaseModel, Field

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """What is wrong with a request, or with the service."""

    type: str = Field("about:blank", description="Kind of problem; about:blank where the status says all.")
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status.")
    detail: str = Field(description="What is wrong, and what to do.")
    request_id: str = Field("", description="Names the request in the service's log.")
    errors: list[dict[str, str]] = Field([], description="The parameters that are wrong: name and reason.")


class ProblemError(Exception):
    """A request that cannot be answered, with the status that says why."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: list[dict[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []
        self.headers = dict(headers or {})

    def body(self, request_id: str) -> bytes:
        """Return the problem document."""
        return body(self.status, self.detail, request_id, self.errors)


def body(status: int, detail: str, request_id: str, errors: list[dict[str, str]] | None = None) -> bytes:
    """Return a problem document."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }
    if errors:
        document["errors"] = errors
    return orjson.dumps(document)
