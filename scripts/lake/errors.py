"""The exception that a user of the lake's programs is meant to read."""

from __future__ import annotations

from scripts.jobs.errors import JobError


class LakeError(JobError):
    """Something about a lake that the user can put right: the message says what happened and what to do."""
