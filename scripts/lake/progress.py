"""How the makers of a lake tell how far they are: a bar on a terminal, one plain line per table elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress


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
        self.tasks = {}

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
    columns = (
        TextColumn("{task.description:<10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[message]}", markup=False),
    )
    with RichProgress(*columns, console=console) as bars:
        yield Bars(bars)
