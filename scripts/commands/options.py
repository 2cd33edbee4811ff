"""Options that several commands share, and checks of values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

Target = Annotated[
    str | None,
    typer.Option(
        help="An output of profiles/profiles.yml.", show_default="DBT_TARGET, or the profile's own", metavar="NAME"
    ),
]
Select = Annotated[
    list[str] | None, typer.Option(help="What to build, as dbt's --select: +fct_sales, tag:python.", metavar="WHAT...")
]


class LikeDbt(TyperCommand):
    """A command whose options take several values, as dbt's do: ``--select a b`` is ``--select a --select b``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Repeat the option before each of its values."""
        return super().parse_args(ctx, list(_repeated(args)))


def _repeated(arguments: Sequence[str]) -> Iterator[str]:
    option, values = "", 0
    for argument in arguments:
        if argument in ("--select", "--exclude", "--selector"):
            option, values = argument, 0
        elif argument.startswith("-"):
            option = ""
        elif option:
            if values:
                yield option
            values += 1
        yield argument


def matching(pattern: str, what: str) -> Callable[[str], str]:
    """Return a check of a value against ``pattern``, whose message says what it has to be."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise typer.BadParameter(f"{text!r} is not {what}")
        return text

    return check


def check_month(text: str | None) -> str | None:
    """Refuse what is not a month of TICKIT; no text is none."""
    from scripts.lake.layout import MONTHS

    if text and text not in MONTHS:
        raise typer.BadParameter(f"{text} is not a month of TICKIT: give {MONTHS[0]} to {MONTHS[-1]}")
    return text or None


def named(option: list[str] | None, known: Sequence[str], what: str) -> list[str]:
    """Return the names that were given, or all; refuse one that is not known."""
    if unknown := sorted(set(option or []) - set(known)):
        raise typer.BadParameter(f"no such {what}: {', '.join(unknown)}. There is {', '.join(known)}")
    return option or list(known)
