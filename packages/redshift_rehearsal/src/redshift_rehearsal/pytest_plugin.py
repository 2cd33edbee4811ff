"""A plugin of pytest: the fixture `redshift_rehearsal` is a running stand-in, and a report of it is printed at the end.

To start it otherwise than by default, a conftest.py defines the fixture `redshift_rehearsal_settings`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from redshift_rehearsal.rehearsal import Rehearsal, start
from redshift_rehearsal.report import Report
from redshift_rehearsal.settings import Settings

_REPORTS = pytest.StashKey[list[str]]()
# Under which a process of pytest-xdist hands its report over.
_HANDED_OVER = "redshift_rehearsal"
_MOST_RULES = 5


@pytest.fixture(scope="session")
def redshift_rehearsal_settings() -> Settings:
    """Return what the stand-in is started with."""
    return Settings()


@pytest.fixture(scope="session")
def redshift_rehearsal(redshift_rehearsal_settings: Settings, pytestconfig: pytest.Config) -> Iterator[Rehearsal]:
    """Start a stand-in for Redshift, one for all tests: host, port, database, user, password, connect() and run()."""
    with start(redshift_rehearsal_settings) as rehearsal:
        yield rehearsal
        text = _text(rehearsal.report(), is_long=pytestconfig.get_verbosity() > 0)
        pytestconfig.stash.setdefault(_REPORTS, []).append(text)


def _text(report: Report, *, is_long: bool) -> str:
    """Write a report: in full if asked, else how much was refused by which rule."""
    if is_long:
        return report.text()
    rules = Counter(finding.rule for finding in report.findings).most_common()
    named = [f"{rule} {count}" for rule, count in rules[:_MOST_RULES]]
    if len(rules) > _MOST_RULES:
        named.append(f"{len(rules) - _MOST_RULES} more rules")
    return report.summary + (f"\nRefused (-v shows each): {', '.join(named)}" if named else "")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the report to the process that prints the summary, if that is another one."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_HANDED_OVER] = session.config.stash.get(_REPORTS, [])


class _Workers:
    """Takes what the processes of pytest-xdist hand over."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Keep a process's reports."""
        reports = getattr(node, "workeroutput", {}).get(_HANDED_OVER, [])
        self._config.stash.setdefault(_REPORTS, []).extend(reports)


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the processes of pytest-xdist."""
    config.pluginmanager.register(_Workers(config))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the reports."""
    reports = config.stash.get(_REPORTS, [])
    if reports:
        terminalreporter.section("redshift-rehearsal")
    for report in reports:
        terminalreporter.write_line(report)
