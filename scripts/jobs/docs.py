"""Write the docs site as one HTML file, and serve it.

What `make docs` calls. The file, reports/docs.html, opens without a server and without a network.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from pathlib import Path

os.environ.setdefault("DBT_PROFILES_DIR", "profiles")

from rich.console import Console

from scripts.jobs.errors import JobError, exit_code
from scripts.jobs.settings import default_target
from scripts.jobs.warehouse import check_built, check_not_locked, warehouse_path
from scripts.jobs.whole_file import write_whole

OUTPUT = Path("reports/docs.html")


def main() -> int:
    """Write, and serve until interrupted; return 0, or 1 if the site could not be made."""
    parser = argparse.ArgumentParser(prog="python -m scripts.jobs.docs", description=__doc__)
    parser.add_argument(
        "--target", default=default_target(), help="a DuckDB target of profiles/profiles.yml (%(default)s)"
    )
    parser.add_argument("--port", type=int, default=8080, help="where to serve (default: 8080)")
    parser.add_argument("--no-serve", action="store_true", help="only write the file")
    options = parser.parse_args()
    return exit_code(make_docs, options.target, None if options.no_serve else options.port)


def make_docs(target: str, port: int | None) -> None:
    """Write reports/docs.html from the project and the warehouse, then serve the site if ``port`` is given.

    Raise JobError if the warehouse is missing or in use, the port is taken, or dbt fails.
    """
    console = Console(soft_wrap=True)
    warehouse = warehouse_path(target)
    check_built(warehouse)
    check_not_locked(warehouse)
    if port:
        _check_free(port)

    from scripts.jobs.dbt_steps import Dbt  # dbt takes a second to import

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
            raise JobError(f"port {port} is taken. Serve elsewhere: python -m scripts.jobs.docs --port {port + 1}")


if __name__ == "__main__":
    sys.exit(main())
