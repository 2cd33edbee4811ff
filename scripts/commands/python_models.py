"""Judge the Python models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scripts.commands.options import Target, named

app = typer.Typer()
PANEL = "Python models"

_TOPICS = Path(__file__).parents[2] / "analytics" / "evaluation"
_MODELS = Path("models/predictions")


def topics() -> list[str]:
    """Return the names of all topics: the modules of analytics/evaluation that have a TITLE."""
    return sorted(path.stem for path in _TOPICS.glob("*.py") if "\nTITLE = " in path.read_text(encoding="utf-8"))


@app.command(rich_help_panel=PANEL, epilog="The same warehouse and code give the same figures every time.")
def evaluate(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TOPIC]...", help="Those of docs/models: forecast, segments ...", show_default="all"),
    ] = None,
    target: Target = None,
    docs: Annotated[
        Path, typer.Option(help="Where pages and pictures are written; docs: those of the repository, for a release.")
    ] = Path("reports/evaluation"),
) -> int:
    """Say how good the Python models are: pages with figures and pictures, from the built warehouse."""
    from rich.console import Console

    from analytics.evaluation.run import evaluate as evaluate_topics
    from scripts.core.profiles import default_target

    wanted = named(names, topics(), "topic")
    return evaluate_topics(wanted, target or default_target(), docs, Console(soft_wrap=True))


@app.command(rich_help_panel=PANEL)
def memory(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[MODEL]...", help="Of models/predictions.", show_default="all")
    ] = None,
    target: Target = None,
) -> None:
    """Say how much memory each Python model takes: each is run on the built warehouse, in a process of its own."""
    from rich.console import Console

    from analytics.memory import measure
    from scripts.core.profiles import default_target, duckdb_file

    models = named(names, sorted(path.stem for path in _MODELS.glob("*.py")), "model")
    measure(models, duckdb_file(target or default_target()), Console(soft_wrap=True))
