"""What one refusal is: something that Redshift does not run, the page that documents it, and how to recognise it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from redshift_rehearsal.errors import REDSHIFT_DOCS, Refused
from redshift_rehearsal.refusals.statement import Statement


@dataclass(frozen=True)
class Refusal:
    """One refusal.

    name    short name, by which the corpus and a user's message call it
    page    the page of Redshift's documentation with the rule
    words   a statement with none of these words is not looked at; no words: every statement is
    find    returns what Redshift says about the first offence in a statement, or None if there is none
    """

    name: str
    page: str
    words: frozenset[str]
    find: Callable[[Statement], str | None]

    @property
    def documentation(self) -> str:
        """The address of the page."""
        return REDSHIFT_DOCS + self.page

    def check(self, statement: Statement) -> None:
        """Raise Refused if Redshift would refuse the statement for this reason."""
        if message := self.find(statement):
            raise Refused(self.name, message, self.documentation)


def refusal(name: str, page: str, *words: str) -> Callable[[Callable[[Statement], str | None]], Refusal]:
    """Make a refusal of the function below it, whose docstring says what it looks for."""
    return lambda find: Refusal(name, page, frozenset(words), find)


def refusals_of(module: ModuleType) -> list[Refusal]:
    """Return the refusals that a module defines, in its order."""
    return [value for value in vars(module).values() if isinstance(value, Refusal)]
