"""What a message about a run holds, when it is sent, and what arrives at real servers."""

from __future__ import annotations

import contextlib
import email
import email.policy
import http.server
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from aiosmtpd.controller import Controller
from moto.core import DEFAULT_ACCOUNT_ID
from moto.server import ThreadedMotoServer
from moto.sns.models import sns_backends
from requests.adapters import HTTPAdapter

from scripts.cli import main
from scripts.jobs.artifacts import read_run
from scripts.jobs.failures import Failure, hurt
from scripts.jobs.notifications import FAILURE, RECOVERY, STATE, SUCCESS, Message, compose, deliver, send
from tests.python.jobs.run_folders import MANIFEST, PERSONAL, make_run, result, step

MODEL, CHECKS, RECONCILE = "model.p.fct_sales", "test.p.checks_fct_sales.1a2b", "test.p.sales_reconcile"
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
SECRET = "s3cret-T0ken"
SLACK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
HOSTILE = "o'b\"<b>x</b>\r\nBcc: x@example.com\x00 & <!channel> 🎟️ " + "very long " * 100


def build(*results: dict[str, Any]) -> dict[str, Any]:
    is_failed = any(each["status"] in ("fail", "error") for each in results)
    return step("build", "failed" if is_failed else "success", list(results))


def night(jobs: Path, day: int, *steps: dict[str, Any], **more: Any) -> Path:  # noqa: ANN401
    status = next((each["status"] for each in steps if each["status"] != "success"), "success")
    return make_run(jobs, f"202611{day:02}T030000Z-1", *steps, status=status, **more)


def message_of(folder: Path, *previous: Path) -> Message | None:
    return compose(read_run(folder), [read_run(each) for each in previous], NOW)[0]


BROKEN = result(CHECKS, "fail", failures=3)
WORKS = result(CHECKS, "pass", failures=0)


# ------------------------------------------------------------------------------------------------ what it says


def test_a_failure_names_all_that_a_reader_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TICKIT_PAGES_URL", raising=False)
    for name, value in (("SERVER_URL", "https://github.example"), ("REPOSITORY", "a/b"), ("RUN_ID", "42")):
        monkeypatch.setenv(f"GITHUB_{name}", value)
    usual = [night(tmp_path, day, build(WORKS), seconds=seconds) for day, seconds in ((1, 60.0), (2, 80.0), (3, 70.0))]
    slow = night(tmp_path, 0, build(result(MODEL, "error")), seconds=9999)
    (slow / STATE).write_text('{"failing": {}}')
    failed = result(RECONCILE, "error")
    folder = night(tmp_path, 4, build(result(MODEL, "success"), BROKEN, failed), step("docs", "pending"), seconds=3725)
    (folder / "logs").mkdir()
    (folder / "logs/step.log").write_text(
        "03:00:01  fail price_paid of dim_users: 1 row below 0\n"
        f"03:00:01  fail price_paid of fct_sales: 3 rows below 0\n  the rows: select '{PERSONAL}'\n"
    )
    message = message_of(folder, slow, *usual)
    assert message == Message(
        FAILURE,
        "daily on ci: 2 newly failing, 0 still failing",
        "The run 20261104T030000Z-1 ended with failed after 1 h 2 min (usually 1 min 10 s, the median of 3).\n"
        "\n"
        "Newly failing\n"
        "- checks_fct_sales: 3 rows (price_paid of fct_sales: 3 rows below 0)\n"
        "- sales_reconcile\n"
        "\n"
        "Owner: Lakehouse team <team@example.com>\n"
        "Affected: exposure Sales dashboard, metric Revenue\n"
        "Repeat: tickit job daily --target ci --from build\n"
        "Log: 20261104T030000Z-1/logs/step.log\n"
        "Run: https://github.example/a/b/actions/runs/42",
    )


def test_links_lead_to_the_pages_where_they_are_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = night(tmp_path, 4, build(BROKEN))
    monkeypatch.delenv("TICKIT_PAGES_URL", raising=False)
    assert ".html" not in message_of(folder).body
    monkeypatch.setenv("TICKIT_PAGES_URL", "https://pages.example/tickit_lakehouse/")
    assert message_of(folder).body.splitlines()[-3:] == [
        "Health: https://pages.example/tickit_lakehouse/health.html",
        "Dashboard: https://pages.example/tickit_lakehouse/dashboard.html",
        "Docs: https://pages.example/tickit_lakehouse/docs.html",
    ]


@pytest.mark.parametrize(
    "url",
    [
        f"https://user:{SECRET}@pages.example",
        f"https://pages.example/?token={SECRET}",
        f"javascript:alert('{SECRET}')",
        f"https://pages.example/<b>{SECRET}</b>",
        f"https://pages.example/a\nBcc: {SECRET}@example.com",
        f"https://{SECRET}/" + "long" * 200,
    ],
)
def test_what_is_no_address_of_a_folder_becomes_no_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    monkeypatch.setenv("TICKIT_PAGES_URL", url)
    body = message_of(night(tmp_path, 4, build(BROKEN))).body
    assert ".html" not in body
    assert body.splitlines()[-1].startswith("TICKIT_PAGES_URL is no address of a folder such as ")
    assert main(["notify", "test"]) == 2
    error = capsys.readouterr().err
    assert "TICKIT_PAGES_URL" in error
    assert SECRET not in body + error


def test_many_metrics_of_a_model_are_counted_and_not_named() -> None:
    names = [f"metric.p.m{number}" for number in range(30)]
    manifest = {
        "exposures": {"exposure.p.board": {"name": "board", "label": "Board"}},
        "metrics": {name: {"name": name} for name in names},
        "child_map": {MODEL: ["semantic_model.p.sales", "exposure.p.board"], "semantic_model.p.sales": names},
    }
    run: Any = SimpleNamespace(manifest=manifest)
    assert hurt(run, [Failure("fct_sales", "fct_sales", 1, node_id=MODEL)]) == ["exposure Board", "30 metrics"]


def test_a_step_in_which_no_node_failed_is_named_itself(tmp_path: Path) -> None:
    message = message_of(night(tmp_path, 4, step("fetch the lake", "timeout", [])))
    assert message.title == "daily on ci: 1 newly failing, 0 still failing"
    assert "- step fetch the lake (timeout)" in message.body
    assert "--from 'fetch the lake'" in message.body


def test_what_comes_before_the_failed_step_may_have_to_be_repeated_too(tmp_path: Path) -> None:
    message = message_of(night(tmp_path, 4, step("stage", "success", []), build(BROKEN)))
    assert "--from build (without --from if files of the lake have changed)\n" in message.body


def test_no_value_of_a_row_is_in_a_message(tmp_path: Path) -> None:
    folder = night(tmp_path, 4, build(BROKEN, result(MODEL, "error")))
    (folder / "logs").mkdir()
    (folder / "logs/step.log").write_text(
        f"fail sales_reconcile\n  email: {PERSONAL}\nfail {PERSONAL}\nDatabase Error: fail {PERSONAL}: 3 rows are bad\n"
    )
    message = message_of(folder)
    assert PERSONAL not in message.title + message.body
    assert "checks_fct_sales: 3 rows" in message.body


def test_ten_names_are_listed_and_the_others_counted(tmp_path: Path) -> None:
    many = [result(f"model.p.m{number}", "error") for number in range(30)]
    body = message_of(night(tmp_path, 4, build(*many))).body
    assert "- m9\n- and 20 more\n" in body
    assert "- m10" not in body


def test_hostile_names_stay_on_a_short_line(tmp_path: Path) -> None:
    message = message_of(night(tmp_path, 4, step(HOSTILE, "failed", [])))
    lines = message.body.splitlines()
    assert [line for line in lines if line.startswith("Bcc")] == []
    assert max(map(len, lines)) < 260
    assert message.body.replace("\n", "").isprintable()


# ------------------------------------------------------------------------------------------------ when it is sent


def test_still_failing_is_said_once_a_day(tmp_path: Path) -> None:
    first, second = night(tmp_path, 1, build(BROKEN)), night(tmp_path, 2, build(BROKEN))

    def sent(ago: timedelta) -> None:
        state = {"event": FAILURE, "failing": {CHECKS: "checks_fct_sales"}, "sent_at": (NOW - ago).isoformat()}
        (first / STATE).write_text(json.dumps(state))

    sent(timedelta(hours=22))
    assert message_of(second, first) is None
    sent(timedelta(hours=24))
    assert message_of(second, first).title == "daily on ci: 0 newly failing, 1 still failing"
    # What is new is said at once.
    sent(timedelta(hours=1))
    third = night(tmp_path, 3, build(BROKEN, result(MODEL, "error")))
    assert message_of(third, first).title == "daily on ci: 1 newly failing, 1 still failing"


def test_recovered_is_what_ran_again_and_passed(tmp_path: Path) -> None:
    first = night(tmp_path, 1, build(BROKEN))
    assert message_of(night(tmp_path, 2, build(WORKS)), first).title == "daily on ci: recovered"
    # The test was not reached: it has not recovered, and is remembered.
    early = night(tmp_path, 3, step("stage", "failed", []), step("build", "pending"))
    message, failing = compose(read_run(early), [read_run(first)], NOW)
    assert "Not reached, failed before\n- checks_fct_sales" in message.body
    assert "Recovered" not in message.body
    (early / STATE).write_text(json.dumps({"failing": failing}))
    later = message_of(night(tmp_path, 4, step("stage", "success", []), build(WORKS)), early)
    assert later.event == RECOVERY
    assert "- checks_fct_sales" in later.body
    assert "- step stage (failed)" in later.body


def noted(folder: Path, *failing: str) -> Path:
    (folder / STATE).write_text(json.dumps({"failing": {each: each.split(".")[2] for each in failing}}))
    return folder


def killed(jobs: Path, day: int, *results: dict[str, Any]) -> Path:
    """A run that was killed in its build, with what dbt may have written by then, and no note of its own."""
    return night(jobs, day, step("build", "running", list(results)))


def test_a_killed_run_hides_no_recovery(tmp_path: Path) -> None:
    before = noted(night(tmp_path, 1, build(BROKEN)), CHECKS), killed(tmp_path, 2)
    message = message_of(night(tmp_path, 3, build(WORKS)), *before)
    assert message.title == "daily on ci: recovered"
    assert (
        "Recovered\n- checks_fct_sales\n\nKilled before this run\n- run 20261102T030000Z-1 in step build"
        in message.body
    )


def test_what_failed_before_a_killed_run_is_not_new(tmp_path: Path) -> None:
    before = noted(night(tmp_path, 1, build(BROKEN)), CHECKS), killed(tmp_path, 2)
    message = message_of(night(tmp_path, 3, build(BROKEN)), *before)
    assert message.title == "daily on ci: 0 newly failing, 1 still failing"


def test_a_killed_run_is_reported_by_the_next_and_only_once(tmp_path: Path) -> None:
    good, dead = noted(night(tmp_path, 1, build(WORKS))), killed(tmp_path, 2, BROKEN)
    third = night(tmp_path, 3, build(WORKS))
    message = message_of(third, good, dead)
    assert message.event == RECOVERY
    assert "Killed before this run\n- run 20261102T030000Z-1 in step build" in message.body
    fourth = message_of(night(tmp_path, 4, build(WORKS)), good, dead, noted(third))
    assert (fourth.event, "Killed" in fourth.body) == (SUCCESS, False)


def test_a_failure_that_a_retry_repaired_is_none(tmp_path: Path) -> None:
    folder = night(tmp_path, 1, step("build", "success", [result(MODEL, "error")], [result(MODEL, "success")]))
    assert message_of(folder).event == SUCCESS


# ------------------------------------------------------------------------------------------------ what arrives


class Hook:
    """An HTTP server on loopback that keeps what is posted."""

    def __init__(self, status: int = 200) -> None:
        self.got: list[bytes] = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:  # noqa: N802
                outer.got.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def hook() -> Iterator[Callable[..., Hook]]:
    with contextlib.ExitStack() as stack:

        def make(status: int = 200) -> Hook:
            made = Hook(status)
            stack.callback(made.server.server_close)
            stack.callback(made.server.shutdown)
            return made

        yield make


@pytest.fixture
def mails() -> Iterator[tuple[int, list[Any]]]:
    """An SMTP server on loopback: its port, and the envelopes that came."""
    got: list[Any] = []

    class Keep:
        async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:  # noqa: ANN401, N802
            got.append(envelope)
            return "250 ok"

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Keep(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, got
    controller.stop()


def mail_url(port: int) -> str:
    return f"mailto://127.0.0.1:{port}/?from=dbt@example.com&to=team@example.com&mode=insecure"


def test_one_message_reaches_every_channel_and_none_is_sent_twice(
    tmp_path: Path, hook: Callable[..., Hook], mails: tuple[int, list[Any]]
) -> None:
    web, (port, got) = hook(), mails
    folder = night(tmp_path, 4, step(HOSTILE, "failed", []))
    urls = f"json://{SECRET}@127.0.0.1:{web.port}/{SECRET},  {mail_url(port)}"
    assert [str(each) for each in send(folder, [], urls)] == [
        "channel 1 (json://127.0.0.1): sent",
        "channel 2 (mailto://127.0.0.1): sent",
    ]
    (posted,) = map(json.loads, web.got)
    assert (posted["title"], posted["type"]) == ("daily on ci: 1 newly failing, 0 still failing", "failure")
    assert "step o'b\"<b>x</b> Bcc: x@example.com & <!channel> 🎟️ very long" in posted["message"]
    (envelope,) = got
    assert envelope.rcpt_tos == ["team@example.com"]
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert mail["subject"] == "daily on ci: 1 newly failing, 0 still failing"
    assert mail["bcc"] is None
    html = mail.get_body(("html",))
    assert html is None or "<b>x</b>" not in html.get_content()
    assert send(folder, [], urls) == []
    assert (len(web.got), len(got)) == (1, 1)


def test_a_channel_that_fails_is_reported_without_its_secrets(
    tmp_path: Path, hook: Callable[..., Hook], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    broken, works = hook(500), hook()
    urls = " ".join(
        (
            f"json://user:{SECRET}@127.0.0.1:{broken.port}/{SECRET}",
            f"slack://{SLACK}",
            f"nonsense://{SECRET}",
            f"mailto://user:{SECRET}@127.0.0.1:1/?from=a@example.com&to=b@example.com&mode=insecure",
            f"json://127.0.0.1:{works.port}",
        )
    )
    folder = night(tmp_path, 4, build(BROKEN))
    deliveries = send(folder, [], urls)
    assert [each.is_sent for each in deliveries] == [False, False, False, False, True]
    assert [each.channel for each in deliveries] == [
        "channel 1 (json://127.0.0.1)",
        "channel 2 (slack)",
        "channel 3 (nonsense)",
        "channel 4 (mailto://127.0.0.1)",
        "channel 5 (json://127.0.0.1)",
    ]
    out, err = capfd.readouterr()
    kept = (folder / STATE).read_text()
    shown = out + err + caplog.text + kept + "".join(map(str, deliveries))
    assert [secret for secret in (SECRET, *SLACK.split("/")) if secret in shown] == []
    assert len(works.got) == 1


def test_what_no_channel_took_is_sent_by_the_next_call(tmp_path: Path, hook: Callable[..., Hook]) -> None:
    folder = night(tmp_path, 4, build(BROKEN))
    assert [each.is_sent for each in send(folder, [], f"json://127.0.0.1:{hook(500).port}")] == [False]
    assert [each.is_sent for each in send(folder, [], f"json://127.0.0.1:{hook().port}")] == [True]


def test_only_the_events_that_a_job_names_are_sent(tmp_path: Path, hook: Callable[..., Hook]) -> None:
    web = hook()
    url = f"json://127.0.0.1:{web.port}"
    first, second = night(tmp_path, 1, build(BROKEN)), night(tmp_path, 2, build(WORKS))
    assert send(first, [], url, on=[RECOVERY]) == []
    assert len(send(second, [first], url, on=[RECOVERY])) == 1
    assert send(night(tmp_path, 3, build(WORKS)), [first, second], url) == []
    assert [json.loads(each)["title"] for each in web.got] == ["daily on ci: recovered"]


def test_slack_and_teams_escape_what_looks_like_markup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Any] = []

    def post(_: object, request: requests.PreparedRequest, **__: object) -> requests.Response:
        posted.append(json.loads(request.body))
        answer = requests.Response()
        answer.status_code, answer._content = 200, b"ok"
        return answer

    # The libraries' own transport, as far as the network.
    monkeypatch.setattr(HTTPAdapter, "send", post)
    deliveries = deliver(
        message_of(night(tmp_path, 4, step(HOSTILE, "failed", []))), f"slack://{SLACK} workflows://h.example/w/s"
    )
    assert [each.is_sent for each in deliveries] == [True, True]
    to_slack, to_teams = posted
    (attachment,) = to_slack["attachments"]
    assert attachment["title"] == "daily on ci: 1 newly failing, 0 still failing"
    assert "&lt;!channel&gt;" in attachment["text"]
    assert "<" not in attachment["text"]
    (card,) = to_teams["attachments"]
    assert "Newly failing" in json.dumps(card)


def test_sns_publishes_to_the_topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadedMotoServer(port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        to_network = HTTPAdapter.send

        def send_here(adapter: HTTPAdapter, request: requests.PreparedRequest, **more: Any) -> requests.Response:  # noqa: ANN401
            request.url = f"http://{host}:{port}/"
            return to_network(adapter, request, **more)

        monkeypatch.setattr(HTTPAdapter, "send", send_here)
        message = message_of(night(tmp_path, 4, build(BROKEN)))
        (delivery,) = deliver(message, f"sns://AKIAEXAMPLE/{SECRET}/us-east-1/#jobs")
        assert str(delivery) == "channel 1 (sns): sent"
        (topic,) = sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].topics.values()
        ((_, text, *_),) = topic.sent_notifications
        assert "checks_fct_sales: 3 rows" in text
    finally:
        server.stop()


# ------------------------------------------------------------------------------------------------ tickit notify test


def test_a_test_message_reports_each_channel(
    hook: Callable[..., Hook], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    web, broken = hook(), hook(404)
    monkeypatch.setenv("TICKIT_NOTIFY", f"json://127.0.0.1:{web.port} json://{SECRET}@127.0.0.1:{broken.port}")
    monkeypatch.setenv("TICKIT_PAGES_URL", "http://[::1]:8000")
    assert main(["notify", "test"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == "channel 1 (json://127.0.0.1): sent"
    assert second.startswith("channel 2 (json://127.0.0.1): not sent. Check its address in TICKIT_NOTIFY")
    message = json.loads(web.got[0])["message"]
    assert "This is a test" in message
    assert "http://[::1]:8000/docs.html" in message


def test_a_test_message_to_nobody_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TICKIT_NOTIFY", raising=False)
    assert main(["notify", "test"]) == 1
    assert "TICKIT_NOTIFY is empty" in capsys.readouterr().err


def test_the_manifest_of_these_tests_has_the_keys_of_dbt_s(ci_manifest: dict[str, Any]) -> None:
    """So that the hand-made one does not hide that dbt has other names."""
    assert set(MANIFEST) <= set(ci_manifest)
    node = next(each for each in ci_manifest["nodes"].values() if "test_metadata" in each)
    assert {"attached_node", "group", "depends_on"} <= set(node)
    assert {"email", "name"} <= set(next(iter(ci_manifest["groups"].values()))["owner"])
