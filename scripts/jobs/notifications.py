"""One message about a run of a job, to each address in TICKIT_NOTIFY: what began to fail, still fails, has recovered.

A message holds names, counts and times, and no value of a row. The addresses hold secrets: of an address only the kind
of its service is ever shown, and the host where that is no part of the secret.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from scripts.core.errors import UsageError
from scripts.core.json_file import read_json
from scripts.core.whole_file import write_whole
from scripts.jobs.artifacts import Run, read_run
from scripts.jobs.failures import Failure, failures, first_check, good, hurt, owners
from scripts.jobs.links import page_links
from scripts.jobs.plan import again

VARIABLE = "TICKIT_NOTIFY"
STATE = "notified.json"
"""The file in a run's folder that says what fails as of this run, and when a message was sent."""

FAILURE, RECOVERY, SUCCESS = "failure", "recovery", "success"
_AGAIN_AFTER = timedelta(hours=23)
_MOST_NAMES = 10
_LONGEST = 200
# Services whose address begins with a real host; of the others that place may hold a token.
_WITH_HOST = {"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos", "gotify", "gotifys"}


@dataclass(frozen=True)
class Message:
    """A message: ``event`` is failure, recovery or success."""

    event: str
    title: str
    body: str


@dataclass(frozen=True)
class Delivery:
    """Whether a channel took a message; ``channel`` names it without its secrets."""

    channel: str
    is_sent: bool

    def __str__(self) -> str:
        if self.is_sent:
            return f"{self.channel}: sent"
        return (
            f"{self.channel}: not sent. Check its address in {VARIABLE}, and whether this machine reaches the service."
        )


def send(
    run_folder: Path,
    previous_run_folders: Sequence[Path],
    urls: str | None = None,
    on: Collection[str] = (FAILURE, RECOVERY),
) -> list[Delivery]:
    """Send a message about a run to each channel, if there is something to report and it was not sent before.

    Args:
        run_folder: the folder of the run, with run.json.
        previous_run_folders: those of earlier runs of the same job and target, in any order.
        urls: addresses as apprise reads them, separated by commas or blanks; by default those in TICKIT_NOTIFY.
        on: which events are reported: failure, recovery, success.

    Returns: a delivery for each channel; none if nothing was sent. A channel that fails raises nothing.

    Raises:
        TickitError: the folder is of no run.

    """
    run = read_run(run_folder)
    previous = sorted((read_run(folder) for folder in previous_run_folders), key=lambda each: str(each.about["run_id"]))
    if _state(run).get("sent_at"):
        return []
    now = datetime.now(UTC)
    message, failing = compose(run, previous, now)
    deliveries = deliver(message, urls) if message and message.event in on else []
    sent_at = now.isoformat() if any(each.is_sent for each in deliveries) else None
    state = {"event": message.event if message else None, "failing": failing, "sent_at": sent_at}
    write_whole(run.folder / STATE, json.dumps(state).encode())
    return deliveries


def compose(run: Run, previous: Sequence[Run], now: datetime) -> tuple[Message | None, dict[str, str]]:
    """Return the message about a run, and the names of what fails as of this run by their keys.

    There is none for what still fails if a message about a failure was sent within a day before ``now``.
    """
    failed = failures(run)
    before, killed = _since_last_report(previous)
    passed = good(run)
    recovered = {key: name for key, name in before.items() if key not in failed and key in passed}
    not_reached = {key: name for key, name in before.items() if key not in failed and key not in passed}
    new = [failure for key, failure in failed.items() if key not in before]
    still = [failure for key, failure in failed.items() if key in before]
    failing = {**not_reached, **{key: failure.name for key, failure in failed.items()}}

    what = f"{_plain(run.about['job'])} on {_plain(run.about['target'])}"
    if failed:
        if not new and not recovered and not killed and _was_sent_lately(previous, now):
            return None, failing
        event, title = FAILURE, f"{what}: {len(new)} newly failing, {len(still)} still failing"
    elif recovered or killed:
        event, title = RECOVERY, f"{what}: recovered"
    else:
        event, title = SUCCESS, f"{what}: success"

    lines = [f"The run {_plain(run.about['run_id'])} ended with {run.about['status']}{_duration(run, previous)}."]
    lines += _section("Newly failing", [_described(run, failure) for failure in new])
    lines += _section("Still failing", [_described(run, failure) for failure in still])
    lines += _section("Recovered", [_plain(name) for name in recovered.values()])
    lines += _section("Killed before this run", [_killed(each) for each in killed])
    lines += _section("Not reached, failed before", [_plain(name) for name in not_reached.values()])
    lines += ["", *_where(run, list(failed.values()))]
    return Message(event, title, "\n".join(lines)), failing


def deliver(message: Message, urls: str | None = None) -> list[Delivery]:
    """Send a message to each address, by default those in TICKIT_NOTIFY; say of each whether it took it."""
    given = os.environ.get(VARIABLE, "") if urls is None else urls
    if not given.strip():
        return []
    import apprise  # takes a second to import
    from apprise.utils.parse import parse_urls

    kinds = {
        FAILURE: apprise.NotifyType.FAILURE,
        RECOVERY: apprise.NotifyType.SUCCESS,
        SUCCESS: apprise.NotifyType.SUCCESS,
    }
    deliveries = []
    with _silence():
        for number, url in enumerate(parse_urls(given), start=1):  # type: ignore[no-untyped-call]
            try:
                channel = apprise.Apprise.instantiate(url)
                # Text, which each service escapes in its own way: a name may look like HTML or Markdown.
                is_sent = channel is not None and channel.notify(
                    title=message.title,
                    body=message.body,
                    notify_type=kinds[message.event],
                    body_format=apprise.NotifyFormat.TEXT,
                )
            except Exception:  # noqa: BLE001  # a service's code; what it raises may quote the address
                channel, is_sent = None, False
            deliveries.append(Delivery(_channel_name(number, url, channel), bool(is_sent)))
    return deliveries


def _described(run: Run, failure: Failure) -> str:
    """Return the name of what failed, with the rows that a test found, and its first sentence."""
    rows = "" if failure.row_count is None else f": {failure.row_count:,} {'row' if failure.row_count == 1 else 'rows'}"
    check = first_check(run, failure)
    return _plain(failure.name) + rows + (f" ({_plain(check)})" if check else "")


def _section(heading: str, names: list[str]) -> list[str]:
    """Return a heading with a line for each of the first names, or nothing if there are none."""
    if not names:
        return []
    rest = len(names) - _MOST_NAMES
    more = [f"- and {rest} more"] if rest > 0 else []
    return ["", heading, *(f"- {name}" for name in names[:_MOST_NAMES]), *more]


def _where(run: Run, failed: list[Failure]) -> list[str]:
    """Return who owns what failed, what it hurts, how to repeat it and where to look."""
    lines = []
    if found := owners(run, failed):
        lines.append(f"Owner: {', '.join(map(_plain, found))}")
    if found := hurt(run, failed):
        lines.append(f"Affected: {', '.join(map(_plain, found[:_MOST_NAMES]))}")
    if failed:
        step = run.steps[failed[0].step_number - 1]
        is_first = failed[0].step_number == 1
        lines.append(f"Repeat: {_plain(again(run.about['job'], run.about['target'], step['name'], is_first=is_first))}")
        lines.append(f"Log: {os.path.relpath(run.folder / step['log'])}")
    else:
        lines.append(f"Logs: {os.path.relpath(run.folder)}")
    github = [os.environ.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    if all(github):
        lines.append("Run: {}/{}/actions/runs/{}".format(*github))
    return [*lines, *_pages()]


def _pages() -> list[str]:
    """Return the addresses of the pages, or why there are none: a mistake in a setting must not cost the message."""
    try:
        return page_links()
    except UsageError as error:
        return [str(error)]


def _duration(run: Run, previous: Sequence[Run]) -> str:
    """Return how long a run took, and how long successful ones take."""
    if run.about["seconds"] is None:
        return ""
    usual = [each.about["seconds"] for each in previous if each.about["status"] == "success" and each.about["seconds"]]
    compared = f" (usually {_time(median(usual))}, the median of {len(usual)})" if usual else ""
    return f" after {_time(run.about['seconds'])}{compared}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _plain(text: object) -> str:
    """Return a name as one short line: it may hold line breaks, control characters, or a page of text."""
    line = " ".join("".join(each if each.isprintable() else " " for each in str(text)).split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _since_last_report(previous: Sequence[Run]) -> tuple[dict[str, str], list[Run]]:
    """Return what fails as of the last earlier run that noted it, and the runs that were killed since, oldest first.

    A killed run notes nothing: what failed before it is not known to have recovered. If no run noted anything, what
    failed in the last one that ended counts.
    """
    killed: list[Run] = []
    ended: Run | None = None
    for run in reversed(previous):
        noted = _state(run).get("failing")
        if isinstance(noted, dict):
            return noted, killed[::-1]
        if run.about["ended_at"] is None:
            killed.append(run)
        elif ended is None:
            ended = run
    before = {key: failure.name for key, failure in failures(ended).items()} if ended else {}
    return before, killed[::-1]


def _killed(run: Run) -> str:
    """Return which run was killed, and in which step."""
    step = next((each["name"] for each in run.steps if each["status"] == "running"), None)
    return f"run {_plain(run.about['run_id'])}" + (f" in step {_plain(step)}" if step else "")


def _was_sent_lately(previous: Sequence[Run], now: datetime) -> bool:
    states = (_state(run) for run in previous)
    sent = [state["sent_at"] for state in states if state.get("event") == FAILURE and state.get("sent_at")]
    return any(now - datetime.fromisoformat(at) < _AGAIN_AFTER for at in sent)


def _state(run: Run) -> dict[str, Any]:
    return read_json(run.folder / STATE)


def _channel_name(number: int, url: str, channel: Any) -> str:  # noqa: ANN401  # apprise has no types
    """Return what can be shown of an address: its place in the list, its service, and its host if that is no secret."""
    known = re.match(r"[a-z][a-z0-9+]*(?=://)", url)
    schema = known.group() if known else "an address without ://"
    host = getattr(channel, "host", None) if schema in _WITH_HOST else None
    return f"channel {number} ({schema}{f'://{host}' if host else ''})"


@contextmanager
def _silence() -> Iterator[None]:
    """Keep what services log from being printed: it may quote an address."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)
