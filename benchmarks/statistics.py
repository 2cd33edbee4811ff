"""Medians, ratios and bars: what is made of the measured runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.measure import Measured


@dataclass(frozen=True)
class Cost:
    """The medians of several runs of one variant of one yardstick at one scale; units as of ``Measured``."""

    scale: float
    yardstick: str
    variant: str
    runs: int
    seconds: float
    fastest: float
    slowest: float
    cpu_seconds: float
    peak_bytes: float
    read_bytes: float | None


@dataclass(frozen=True)
class Bar:
    """Something that was promised, what was measured, and the most (or, ``at_least``, the least) that meets it.

    ``value`` is None where it was not measured.
    """

    what: str
    value: float | None
    limit: float
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """The result in a word or two: met, not met, not measured."""
        if self.value is None:
            return "not measured"
        return "met" if (self.value >= self.limit if self.at_least else self.value <= self.limit) else "not met"


def cost(scale: float, yardstick: str, variant: str, runs: Sequence[Measured]) -> Cost:
    """Return the medians of the runs."""
    seconds = [run.seconds for run in runs]
    read = [run.read_bytes for run in runs]
    return Cost(
        scale=scale,
        yardstick=yardstick,
        variant=variant,
        runs=len(runs),
        seconds=median(seconds),
        fastest=min(seconds),
        slowest=max(seconds),
        cpu_seconds=median(run.cpu_seconds for run in runs),
        peak_bytes=median(run.peak_bytes for run in runs),
        read_bytes=None if None in read else median(some for some in read if some is not None),
    )


def find(costs: Sequence[Cost], scale: float, yardstick: str, variant: str) -> Cost | None:
    """Return one cost of them, or None if it was not measured."""
    wanted = (scale, yardstick, variant)
    return next((c for c in costs if (c.scale, c.yardstick, c.variant) == wanted), None)


def ratio(costs: Sequence[Cost], scale: float, one: tuple[str, str], other: tuple[str, str]) -> float | None:
    """Return how many times as long ``one`` (yardstick, variant) takes as ``other``; None if either is missing."""
    first, second = find(costs, scale, *one), find(costs, scale, *other)
    return first.seconds / second.seconds if first and second else None


def exponent(costs: Sequence[Cost], yardstick: str, variant: str, small: float, large: float) -> float | None:
    """Return the power of the scale that the time grows with from one scale to the other; 1 is in proportion."""
    first, second = find(costs, small, yardstick, variant), find(costs, large, yardstick, variant)
    if not (first and second):
        return None
    return math.log(second.seconds / first.seconds) / math.log(large / small)


def bars(costs: Sequence[Cost], scenarios: dict[str, float]) -> list[Bar]:
    """Return the bars that the project holds itself to.

    ``scenarios`` has what was measured beside whole builds: shares and bytes by their name (scenarios.py).
    """
    found = []
    warm = ("project", "build warm")
    for other, name, limits in (
        (("reference", "build warm"), "the reference", {1.0: 1.2}),
        (("sqlmesh_checked", "build"), "SQLMesh with the same checks", {1.0: 1.3, 10.0: 1.0, 100.0: 1.0}),
        (("floor", "build"), "the floor", {10.0: 1.6, 100.0: 1.2}),
    ):
        for scale, limit in limits.items():
            found.append(Bar(f"scale {scale:g}: dbt build warm / {name}", ratio(costs, scale, warm, other), limit))
    value = scenarios.get("checks, times the reference's")
    found.append(Bar("times as many checks as the reference", value, 5, at_least=True))
    value = exponent(costs, *warm, 10.0, 100.0)
    found.append(Bar("growth of the time from scale 10 to 100 (exponent)", value, 1.02))
    for name, limit in (("month", 0.10), ("day", 0.05)):
        what = f"new {name}, share of the full build's engine time"
        found.append(Bar(what, scenarios.get(what), limit))
    found.append(Bar("nothing new: models that read a fact file", scenarios.get("nothing new: models that read"), 0))
    memory = scenarios.get("scale 100: peak memory, GB")
    found.append(Bar("scale 100: peak memory with memory_limit, GB", memory, 3.0))
    return found
