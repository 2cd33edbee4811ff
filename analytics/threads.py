"""Numbers that are the same each time: several threads do not always add up in the same order."""

from __future__ import annotations

from threadpoolctl import threadpool_limits


def use_one_thread() -> None:
    """Hold the numeric libraries that are loaded (BLAS, OpenMP) to one thread.

    For good: the limit is the process's, and dbt runs models side by side, so one that took it back at its end would
    take it from the others.
    """
    threadpool_limits(1)
