"""The comment on a pull request: one, which each run of the review updates."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException
from typing import Any

from scripts.core.errors import TickitError, UsageError
from scripts.review.report import MARKER

_TIMEOUT_SECONDS = 30
# GitHub refuses a longer one.
_MOST_CHARACTERS = 65_000
_PER_PAGE = 100


def check_settings(number: int | None) -> None:
    """Raise TickitError for what is missing to write a comment, before anything is built."""
    missing = [name for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY") if not os.environ.get(name)]
    if missing:
        raise UsageError(f"--comment needs {' and '.join(missing)}: a GitHub workflow sets them, see docs/review.md.")
    if number is None:
        raise UsageError("--comment needs the number of the pull request: give --number, or run in its workflow.")


def comment(number: int, report: str) -> str:
    """Write the report as a comment of a pull request, or over the one of an earlier run; return its address.

    Raises:
        TickitError: GitHub refuses it, or does not answer. The message has no token.

    """
    body = report if len(report) <= _MOST_CHARACTERS else _cut(report)
    repository = f"/repos/{os.environ['GITHUB_REPOSITORY']}"
    comments = f"{repository}/issues/{number}/comments"
    earlier = next((c["id"] for c in _all(comments) if str(c.get("body") or "").startswith(MARKER)), None)
    if earlier is None:
        answer = _call("POST", comments, {"body": body})
    else:
        answer = _call("PATCH", f"{repository}/issues/comments/{int(earlier)}", {"body": body})
    return str(answer.get("html_url", ""))


def _cut(report: str) -> str:
    """Return the first lines of a report that is too long."""
    kept = report[:_MOST_CHARACTERS].rpartition("\n")[0]
    open_details = "\n\n</details>" if kept.count("<details") > kept.count("</details>") else ""
    return f"{kept}{open_details}\n\nThe report is longer than a comment may be: the whole is in the job's summary.\n"


def _all(path: str) -> Iterator[dict[str, Any]]:
    page = 1
    while True:
        found = _call("GET", f"{path}?per_page={_PER_PAGE}&page={page}")
        yield from found
        if len(found) < _PER_PAGE:
            return
        page += 1


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: urllib would send the token to wherever it leads."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Refuse."""


def _call(method: str, path: str, content: dict[str, str] | None = None) -> Any:
    api = os.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")
    if not api.startswith(("https://", "http://")):
        raise TickitError(f"GITHUB_API_URL is {api}: give an address that begins with https://.")
    request = urllib.request.Request(  # noqa: S310 - its scheme is checked above
        f"{api}{path}",
        method=method,
        data=json.dumps(content).encode() if content else None,
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
            "Content-Type": "application/json",
            "User-Agent": "tickit",
            "X-GitHub-Api-Version": "2022-11-28",
        },
    )
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise TickitError(f"GitHub answers {error.code} to {method} {path.partition('?')[0]}: {_why(error)}") from None
    except (OSError, ValueError, HTTPException) as error:  # URLError is an OSError; ValueError: no JSON, an odd header
        why = getattr(error, "reason", None) or type(error).__name__
        raise TickitError(f"GitHub cannot be reached at {api}: {why}. The report is in the file.") from None


def _why(error: urllib.error.HTTPError) -> str:
    known = {
        401: "the token is not valid",
        403: "the token may not write comments: the job needs `permissions: {pull-requests: write}`, which GitHub "
        "gives to no pull request from a fork",
        404: "there is no such pull request, or the token may not see it",
    }
    return f"{known.get(error.code, str(error.reason))}. The report is in the file."
