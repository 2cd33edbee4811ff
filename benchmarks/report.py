"""What the benchmark says: a table, the bars, where the time goes, a plot; and the table of the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import altair as alt

from benchmarks.statistics import Bar, Cost, find

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"
COLOURS = {
    "floor": "#868e96",
    "project": "#4c6ef5",
    "reference": "#f76707",
    "sqlmesh": "#0ca678",
    "sqlmesh_checked": "#087f5b",
}


def table(costs: Sequence[Cost]) -> str:
    """Return all costs as a Markdown table; the ratio is to the floor's build at the same scale."""
    lines = [
        "| scale | what | seconds (median) | from - to | / floor | CPU s | peak MB | read MB | runs |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for c in sorted(costs, key=lambda c: (c.scale, list(COLOURS).index(c.yardstick), c.variant)):
        floor = find(costs, c.scale, "floor", "run" if c.variant.startswith("run") else "build")
        relative = f"{c.seconds / floor.seconds:.2f}" if floor else ""
        read = "" if c.read_bytes is None else f"{c.read_bytes / 1e6:,.0f}"
        lines.append(
            f"| {c.scale:g} | {c.yardstick}: {c.variant} | {c.seconds:.1f} | {c.fastest:.1f} - {c.slowest:.1f} "
            f"| {relative} | {c.cpu_seconds:.1f} | {c.peak_bytes / 1e6:,.0f} | {read} | {c.runs} |"
        )
    return "\n".join(lines)


def bars_table(bars: Iterable[Bar]) -> str:
    """Return the bars as a Markdown table."""
    lines = ["| bar | measured | must be | |", "|---|---:|---:|---|"]
    for bar in bars:
        value = "" if bar.value is None else f"{bar.value:.2f}"
        sign = "at least" if bar.at_least else "at most"
        lines.append(f"| {bar.what} | {value} | {sign} {bar.limit:g} | {bar.verdict} |")
    return "\n".join(lines)


def facts_table(title: str, facts: dict[str, str]) -> str:
    """Return names and what was found as a Markdown table of two columns."""
    return "\n".join([f"| {title} | |", "|---|---:|", *(f"| {name} | {value} |" for name, value in facts.items())])


def plot(costs: Sequence[Cost], path: Path) -> None:
    """Draw the time of a build against the scale, both logarithmic, as SVG."""
    wanted = [c for c in costs if c.variant == "build"]
    chart = (
        alt.Chart(alt.Data(values=[{"scale": c.scale, "seconds": c.seconds, "what": c.yardstick} for c in wanted]))
        .mark_line(point=True)
        .encode(
            x=alt.X("scale:Q", scale=alt.Scale(type="log"), title="scale (1 is 172,456 sales)"),
            y=alt.Y("seconds:Q", scale=alt.Scale(type="log"), title="seconds"),
            color=alt.Color("what:N", title=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))),
        )
        .properties(width=520, height=320, title="All marts built and checked, from nothing")
    )
    styled = chart.configure(background="white", padding=12, font="Helvetica, Arial, sans-serif").configure_view(
        stroke=None
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    styled.save(path)


def write_between_markers(path: Path, text: str) -> None:
    """Put the text between the markers of a document; raise ValueError if it has none."""
    old = path.read_text()
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{path} has no lines {BEGIN} and {END}")
    new = path.with_suffix(".tmp")
    new.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    new.replace(path)
