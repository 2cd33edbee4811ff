"""The exception that a user is meant to read."""

from __future__ import annotations


class TickitError(Exception):
    """Something that the user can put right: the message says what is wrong, where, and what to do.

    `scripts.cli` prints it without a traceback and exits with `exit_code`.
    """

    exit_code = 1


class UsageError(TickitError):
    """An option or variable is wrong, or what the command works on is missing."""

    exit_code = 2


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, after the message to the user has been printed."""
