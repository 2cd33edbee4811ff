"""How programs show how far they are: bars on a terminal; elsewhere plain lines, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    ProgressColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as RichProgress

Advance = Callable[[int], None]
"""Called with the number of steps that are done since the last call."""


class Progress(Protocol):
    """What a maker of a lake reports, table by table; ``what`` is a table's name or another short noun."""

    def start(self, what: str, steps: int) -> None:
        """Work on ``what`` begins; it has ``steps`` steps (months, files, rows: the maker's choice)."""

    def step(self, what: str, steps: int = 1) -> None:
        """Count ``steps`` more steps of ``what`` as done."""

    def done(self, what: str, message: str) -> None:
        """Finish ``what``; ``message`` is the result in a few words, such as ``172,456 rows``."""

    def note(self, message: str) -> None:
        """Print a sentence about the whole."""


class Silent:
    """Reports nothing: for tests, and for programs that make a lake on the way to something else."""

    def start(self, what: str, steps: int) -> None:
        """Ignore."""

    def step(self, what: str, steps: int = 1) -> None:
        """Ignore."""

    def done(self, what: str, message: str) -> None:
        """Ignore."""

    def note(self, message: str) -> None:
        """Ignore."""


class Lines(Silent):
    """Prints one plain line when something is finished: for logs."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def done(self, what: str, message: str) -> None:
        """Print the result."""
        self.note(f"{what:<10} {message}")

    def note(self, message: str) -> None:
        """Print the sentence; what it quotes may look like rich's markup."""
        self.console.print(message, highlight=False, markup=False, soft_wrap=True)


class Bars:
    """One bar per table, for a terminal."""

    def __init__(self, bars: RichProgress) -> None:
        self.bars = bars
        self.tasks: dict[str, TaskID] = {}

    def start(self, what: str, steps: int) -> None:
        """Add a bar."""
        self.tasks[what] = self.bars.add_task(what, total=steps, message="")

    def step(self, what: str, steps: int = 1) -> None:
        """Move the bar."""
        self.bars.advance(self.tasks[what], steps)

    def done(self, what: str, message: str) -> None:
        """Fill the bar and write the result beside it."""
        task = self.tasks[what]
        total = next(t.total for t in self.bars.tasks if t.id == task)
        self.bars.update(task, completed=total, message=message)

    def note(self, message: str) -> None:
        """Print the sentence above the bars."""
        self.bars.console.print(message, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def shown_on(console: Console) -> Iterator[Progress]:
    """Progress for this console: bars on a terminal, lines elsewhere."""
    if not console.is_terminal:
        yield Lines(console)
        return
    with _rich(console, MofNCompleteColumn(), TextColumn("{task.fields[message]}", markup=False)) as bars:
        yield Bars(bars)


@dataclass(frozen=True)
class Bar:
    """The bar of one task; without ``bars`` nothing is shown."""

    bars: RichProgress | None = None
    task: TaskID = TaskID(0)

    def advance(self, steps: int = 1) -> None:
        """Count ``steps`` more as done."""
        if self.bars:
            self.bars.advance(self.task, steps)

    def describe(self, what: str) -> None:
        """Say what is being done now."""
        if self.bars:
            self.bars.update(self.task, description=what[:44])


@contextmanager
def bar(console: Console, what: str, total: int, *, unit: str = "") -> Iterator[Bar]:
    """Show how far ``what`` is, of ``total`` steps: on a terminal alone, as a log has the summary at the end.

    ``unit``: ``bytes``, or a noun in the plural.
    """
    if not console.is_terminal or not total:
        yield Bar()
        return
    amount = (DownloadColumn(),) if unit == "bytes" else (MofNCompleteColumn(), TextColumn(unit))
    with _rich(console, *amount, transient=True) as bars:
        yield Bar(bars, bars.add_task(what, total=total))


@contextmanager
def waiting(console: Console, what: str) -> Iterator[None]:
    """Show on a terminal that ``what`` is being done, and for how long; elsewhere nothing."""
    if not console.is_terminal:
        yield
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with RichProgress(*columns, console=console, transient=True) as bars:
        bars.add_task(what, total=None)
        yield


def _rich(console: Console, *amount: ProgressColumn, transient: bool = False) -> RichProgress:
    """Return what draws the bars: a name, the bar, how much, how long. A transient one is gone at its end."""
    name = TextColumn("  {task.description:<12}", markup=False)
    return RichProgress(name, BarColumn(), *amount, TimeElapsedColumn(), console=console, transient=transient)
