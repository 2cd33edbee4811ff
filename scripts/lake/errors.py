"""The one exception that a user of the lake's programs is meant to read."""

from __future__ import annotations


class LakeError(Exception):
    """Something that the user can put right: the message says what happened and what to do, without a traceback."""
