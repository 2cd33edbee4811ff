"""What the benchmark says when it cannot go on."""

from __future__ import annotations


class BenchError(Exception):
    """Something that the user can put right, or a yardstick that failed: the message says what and where to look."""
