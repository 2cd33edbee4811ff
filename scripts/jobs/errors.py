"""How the jobs tell a user what is wrong: one message, an exit code, no traceback."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console


class JobError(Exception):
    """Something that the user can put right: the message says what happened and what to do."""


def exit_code(job: Callable[..., int | None], *arguments: object) -> int:
    """Run a job and return its exit code: its own number if it gives one, else 0; 1 after a JobError, which is printed.

    130 after Ctrl-C, as shells have it.
    """
    try:
        return job(*arguments) or 0
    except JobError as error:
        Console(stderr=True, soft_wrap=True).print(f"[red]Error:[/red] {error}", highlight=False)
        return 1
    except KeyboardInterrupt:
        return 130
