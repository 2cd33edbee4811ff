"""A bar on a terminal, and nothing elsewhere: the summary says it all in a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Advance = Callable[[int], None]


@contextmanager
def bar(console: Console, what: str, total: int, *, unit: str = "bytes") -> Iterator[Advance]:
    """Show how far ``what`` is; call what is yielded with the steps done, in ``unit``."""
    if not console.is_terminal or not total:
        yield lambda _: None
        return
    amount = (DownloadColumn(),) if unit == "bytes" else (MofNCompleteColumn(), TextColumn(unit))
    columns = (TextColumn("{task.description}"), BarColumn(), *amount, TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(what, total=total)
        yield lambda steps: progress.advance(task, steps)
