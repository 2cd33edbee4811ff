"""Write the docs site as one HTML file, and serve it.

The file, reports/docs.html, opens without a server and without a network.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from rich.console import Console

from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file
from scripts.core.whole_file import write_whole
from scripts.warehouse import check_built, check_not_locked

OUTPUT = Path("reports/docs.html")


def make_docs(target: str, port: int | None) -> None:
    """Write reports/docs.html from the project and the warehouse, then serve the site if ``port`` is given.

    Raise TickitError if the warehouse is missing or in use, the port is taken, or dbt fails.
    """
    console = Console(soft_wrap=True)
    warehouse = duckdb_file(target)
    check_built(warehouse)
    check_not_locked(warehouse)
    if port:
        _check_free(port)

    from scripts.build.steps import Dbt  # dbt takes a second to import

    dbt = Dbt(target, console)
    console.print("Writing the docs site ...")
    dbt.parse()
    dbt.document()
    OUTPUT.parent.mkdir(exist_ok=True)
    write_whole(OUTPUT, (Path(os.environ.get("DBT_TARGET_PATH", "target")) / "static_index.html").read_bytes())
    console.print(f"The docs site is {OUTPUT}: one file, to open or to send.")
    if port:
        console.print(f"Serving it at http://localhost:{port} until you press Ctrl-C.", highlight=False)
        dbt.serve(port)


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise TickitError(f"port {port} is taken. Serve elsewhere: make docs PORT={port + 1}")
