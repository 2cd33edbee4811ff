"""The bar: amounts in words on a terminal, silence elsewhere."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from scripts.core.progress import bar


@pytest.mark.parametrize(("unit", "amount"), [("bytes", "2.0/2.0 kB"), ("versions", "2000/2000 versions")])
def test_on_a_terminal(unit: str, amount: str) -> None:
    screen = io.StringIO()
    with bar(
        Console(file=screen, force_terminal=True, width=100, color_system=None), "upload", 2000, unit=unit
    ) as shown:
        shown.advance(2500)
        shown.advance(-500)
    assert "upload" in screen.getvalue()
    assert amount in screen.getvalue()


def test_elsewhere() -> None:
    log = io.StringIO()
    with bar(Console(file=log), "upload", 2000) as shown:
        shown.advance(2000)
    assert log.getvalue() == ""
