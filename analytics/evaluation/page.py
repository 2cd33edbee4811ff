"""The part of a page in docs/models that a command writes, and the plain look that its pictures share."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import altair as alt

from scripts.core.errors import TickitError

BEGIN = "<!-- made by: make evaluate -->"
END = "<!-- end -->"


def rewrite(page: Path, block: str) -> bool:
    """Put the block between the page's two markers; return whether the page changed. The rest stays as it is.

    The page is replaced when the new one is complete. Raise TickitError if there is no page, or not one pair of
    markers.
    """
    try:
        old = page.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise TickitError(f"there is no page {page}: write it, with the lines {BEGIN} and {END}.") from error
    before, begin, rest = old.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end) or old.count(BEGIN) != 1:
        raise TickitError(f"{page} needs the lines {BEGIN} and {END}, once each and in this order.")
    new = f"{before}{BEGIN}\n\n{block.strip()}\n\n{END}{after}"
    if new == old:
        return False
    unfinished = page.with_name(f".{page.name}")
    try:
        unfinished.write_text(new, encoding="utf-8")
        unfinished.replace(page)
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, text_columns: int = 1) -> str:
    """Return a Markdown table; the first ``text_columns`` are set left, the others, which are numbers, right."""
    marks = ["---" if place < text_columns else "--:" for place in range(len(header))]
    lines = (header, marks, *rows)
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def save_picture(chart: alt.TopLevelMixin, image: Path) -> None:
    """Write an Altair chart as PNG, two pixels a point, in the look of all pictures; replace it when complete."""
    styled = (
        # White, because the pages that show it may be dark.
        chart.configure(background="white", padding=12, font="Helvetica, Arial, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            grid=True, gridColor="#f1f3f5", domainColor="#ced4da", tickColor="#ced4da", labelColor="#495057"
        )
        .configure_title(anchor="start", fontSize=15, subtitleColor="#868e96", offset=12)
    )
    image.parent.mkdir(parents=True, exist_ok=True)
    unfinished = image.with_name(f".{os.getpid()}.{image.name}")
    try:
        styled.save(unfinished, format="png", scale_factor=2)
        unfinished.replace(image)
    finally:
        unfinished.unlink(missing_ok=True)
