"""Messages about jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
PANEL = "Jobs"
notify = typer.Typer(help="Messages about jobs.", no_args_is_help=True)
app.add_typer(notify, name="notify", rich_help_panel=PANEL)


@notify.command()
def test() -> int:
    """Send a test message to each address in TICKIT_NOTIFY, and report each; the exit code is 1 if one failed."""
    from scripts.core.errors import TickitError
    from scripts.jobs.links import page_links
    from scripts.jobs.notifications import SUCCESS, VARIABLE, Message, deliver

    text = "\n".join(["This is a test: messages about jobs arrive here.", *page_links()])
    deliveries = deliver(Message(SUCCESS, "Test message of tickit", text))
    if not deliveries:
        raise TickitError(
            f"{VARIABLE} is empty: set it to addresses such as mailto://user:password@host or slack://..., with blanks "
            "between them. docs/operations.md has examples."
        )
    for delivery in deliveries:
        print(delivery)
    return 0 if all(delivery.is_sent for delivery in deliveries) else 1


@notify.command()
def run(
    folder: Annotated[
        Path, typer.Argument(help="The folder of a run: reports/jobs/<target>/<job>/<run>.", show_default=False)
    ],
) -> int:
    """Send the message about a run, if there is something to report. A job does it at its end; twice sends it once."""
    from scripts.jobs.artifacts import read_run, runs_beside
    from scripts.jobs.declaration import job_named
    from scripts.jobs.notifications import send

    events = job_named(read_run(folder).about["job"]).notify
    deliveries = send(folder, [beside.folder for beside in runs_beside(folder)], on=events)
    for delivery in deliveries:
        print(delivery)
    return 0 if all(delivery.is_sent for delivery in deliveries) else 1
