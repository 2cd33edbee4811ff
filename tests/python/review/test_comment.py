"""The comment on a pull request, against an HTTP server on this machine that answers as GitHub does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from scripts.cli import exit_code
from scripts.core.errors import TickitError
from scripts.review.comment import check_settings, comment
from scripts.review.report import MARKER

TOKEN = "ghs_not-to-be-shown"


@dataclass
class GitHub:
    """Comments of one pull request, what was asked, and the status of every answer if it is no success."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    status: int = 0
    redirect: str = ""

    def answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.asked.append((method, path, token))
        if self.status:
            return self.status, {"message": f"no, {TOKEN}"}
        if method == "GET":
            page = int(path.rpartition("page=")[2])
            return 200, self.comments[(page - 1) * 100 : page * 100]
        if method == "POST":
            self.comments.append({"id": len(self.comments), "body": body["body"]})
            return 201, {"html_url": "https://github.invalid/new"}
        found = next(c for c in self.comments if c["id"] == int(path.rpartition("/")[2]))
        found["body"] = body["body"]
        return 200, {"html_url": "https://github.invalid/updated"}


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    fake = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
            status, answer = fake.answer(self.command, self.path, self.headers["Authorization"], body)
            self.send_response(status)
            if fake.redirect:
                self.send_header("Location", fake.redirect)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        do_GET = do_POST = do_PATCH = _do  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("GITHUB_API_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_REPOSITORY", "team/lakehouse")
        yield fake
        server.shutdown()


def test_the_first_run_creates_and_the_second_updates(github: GitHub) -> None:
    github.comments = [{"id": n, "body": f"Nice. {MARKER}"} for n in range(130)]
    assert comment(7, f"{MARKER}\nfirst") == "https://github.invalid/new"
    assert comment(7, f"{MARKER}\nsecond") == "https://github.invalid/updated"
    assert [c["body"] for c in github.comments[130:]] == [f"{MARKER}\nsecond"]
    assert [(method, path.partition("?")[0]) for method, path, _ in github.asked if method != "GET"] == [
        ("POST", "/repos/team/lakehouse/issues/7/comments"),
        ("PATCH", "/repos/team/lakehouse/issues/comments/130"),
    ]
    assert {token for _, _, token in github.asked} == {f"Bearer {TOKEN}"}


def test_a_long_report_is_cut_at_a_line(github: GitHub) -> None:
    comment(7, f"{MARKER}\n<details><summary>x</summary>\n" + "| a line |\n" * 20_000)
    (written,) = github.comments
    assert len(written["body"]) < 65_536
    assert written["body"].count("<details") == written["body"].count("</details>")
    assert "The report is longer than a comment may be" in written["body"]


@pytest.mark.parametrize(("status", "said"), [(401, "not valid"), (403, "pull-requests: write"), (502, "Bad Gateway")])
def test_a_refusal_is_one_sentence_without_the_token(
    github: GitHub, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    github.status = status
    assert exit_code(lambda: comment(7, MARKER) and 0) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert TOKEN not in error


def test_a_redirect_gets_no_token(github: GitHub) -> None:
    github.status, github.redirect = 302, "http://127.0.0.1:9/elsewhere"
    with pytest.raises(TickitError, match="GitHub answers 302"):
        comment(7, MARKER)
    assert len(github.asked) == 1


def test_who_does_not_answer_is_named(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "http://127.0.0.1:9")
    with pytest.raises(TickitError, match="cannot be reached at http://127.0.0.1:9") as error:
        comment(7, MARKER)
    assert TOKEN not in str(error.value)


def test_what_a_comment_needs_is_asked_for_first(github: GitHub, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TickitError, match="number of the pull request"):
        check_settings(None)
    monkeypatch.delenv("GITHUB_TOKEN")
    with pytest.raises(TickitError, match="needs GITHUB_TOKEN:"):
        check_settings(7)
