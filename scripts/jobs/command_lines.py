"""Check the command lines of jobs by the parsers of the commands themselves, without running them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from scripts.core.profiles import profiles_folder
from scripts.jobs.declaration import Job, words_of


def wrong_command_lines(jobs: Sequence[Job], tickit: Any) -> Iterator[str]:
    """Yield a sentence for each command of dbt or tickit that does not exist or does not have these options.

    ``tickit``: the command of this project, as Typer makes it. What make would do is not looked at.
    """
    os.environ.setdefault("DBT_PROFILES_DIR", str(profiles_folder()))
    from dbt.cli.main import cli as dbt  # takes a second to import, and reads the environment

    for job in jobs:
        for step in job.steps:
            program, *arguments = words_of(step.command)
            parser = {"dbt": dbt, "tickit": tickit}.get(program)
            if parser and (wrong := _refused(parser, program, arguments)):
                yield f"step {step.name} of job {job.name}: `{step.command}` is refused: {wrong}"


def _refused(command: Any, name: str, arguments: list[str]) -> str | None:
    """Return what the parser says against the arguments; None if it takes them.

    Typer has a copy of click of its own, so there is no common class of commands or errors.
    """
    parent = None
    try:
        while True:
            parent = command.make_context(name, list(arguments), parent=parent)
            if not hasattr(command, "resolve_command"):
                return None
            name, command, arguments = command.resolve_command(parent, [*parent._protected_args, *parent.args])
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return str(error.format_message())
