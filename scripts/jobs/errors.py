"""How the jobs tell a user what is wrong: one message, an exit code, no traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable

from rich.console import Console


class JobError(Exception):
    """Something that the user can put right: the message says what happened and what to do."""


def exit_code(job: Callable[..., int | None], *arguments: object) -> int:
    """Run a job and return its exit code: its own number if it gives one, else 0.

    1 after a JobError or an error of the system (disk full, no permission), which is printed; 130 after Ctrl-C, as
    shells have it.
    """
    try:
        return job(*arguments) or 0
    except JobError as error:
        message = str(error)
    except OSError as error:
        message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    console = Console(stderr=True, soft_wrap=True)
    console.print("[red]Error:[/red] ", end="")
    # What a message quotes, a path or SQL, may look like rich's markup.
    console.print(message, highlight=False, markup=False)
    return 1
