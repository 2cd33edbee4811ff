"""The command `tickit`: every program of this project, grouped by workflow.

What a user can put right is printed in a line or a few, without a traceback. Exit codes: 0 it is done; 1 something is
wrong, or a model, a test or a comparison failed; 2 wrong arguments; 130 stopped by Ctrl-C. `tickit job` has more
(scripts/jobs/run.py).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from scripts.commands import (
    api,
    build,
    develop,
    jobs,
    lake,
    metrics,
    notify,
    python_models,
    redshift,
    review,
    tables,
)
from scripts.core.errors import Interrupted, TickitError


class _Commands(TyperGroup):
    """The commands. Typer ends with exit code 130 on Ctrl-C and prints nothing, so it is answered here."""

    def invoke(self, ctx: Any) -> object:
        try:
            return super().invoke(ctx)
        except Interrupted:
            raise
        except KeyboardInterrupt as error:
            print("\nInterrupted.", file=sys.stderr)
            raise Interrupted from error


app = typer.Typer(
    name="tickit",
    cls=_Commands,
    help="Build, feed, look at and prove the TICKIT lakehouse. Start it in the folder of the project.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for workflow in (build, api, metrics, jobs, notify, lake, python_models, redshift, tables, develop, review):
    app.add_typer(workflow.app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, by default those of the process; return the exit code."""
    command = typer.main.get_command(app)
    return exit_code(lambda: command.main(args=arguments, prog_name="tickit", standalone_mode=False))


def exit_code(job: Callable[[], int | None]) -> int:
    """Run a job and return its exit code; print what is wrong to stderr: one message, no traceback."""
    code = 1
    try:
        return job() or 0
    except TickitError as error:
        message, code = str(error), error.exit_code
    except typer.TyperException as error:  # an argument or option
        message, code = error.format_message(), error.exit_code
    except OSError as error:  # disk full, no permission
        message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    from rich.console import Console

    console = Console(stderr=True, soft_wrap=True)
    console.print("[red]Error:[/red] ", end="")
    # What a message quotes, a path or SQL, may look like rich's markup.
    console.print(message, highlight=False, markup=False)
    return code


if __name__ == "__main__":
    sys.exit(main())
