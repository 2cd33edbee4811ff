"""Write the docs site and the lineage of columns as files, and serve them.

Both files in reports/ open without a server and without a network.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from scripts.build.shown_tests import with_tests_of_columns
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file, output
from scripts.core.tools import tool
from scripts.core.whole_file import write_whole
from scripts.warehouse import check_built, check_not_locked

OUTPUT = Path("reports/docs.html")
LINEAGE = Path("reports/lineage.html")
# dbt-colibri's page has code for telemetry in it, which is switched off; the browser enforces it.
_POLICY = "connect-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'"


def make_docs(target: str, port: int | None) -> None:
    """Write reports/docs.html and reports/lineage.html from project and warehouse, then serve them at ``port``, if any.

    Raise TickitError if the warehouse is missing or in use, the port is taken, or dbt or dbt-colibri fails.
    """
    console = Console(soft_wrap=True)
    if output(target)[1]["type"] == "duckdb":
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
    written = Path(os.environ.get("DBT_TARGET_PATH", "target"))
    catalog = (written / "catalog.json").read_text(encoding="utf-8")
    manifest = json.dumps(with_tests_of_columns(json.loads((written / "manifest.json").read_text(encoding="utf-8"))))
    OUTPUT.parent.mkdir(exist_ok=True)
    write_whole(OUTPUT, _site(manifest, catalog))
    console.print("Tracing the columns through the models ...")
    _write_lineage(manifest, catalog)
    console.print(f"The docs site is {OUTPUT}, the lineage of columns {LINEAGE}: files to open or to send.")
    if port:
        _serve(port, console)


def _site(manifest: str, catalog: str) -> bytes:
    """Return dbt's page with its data in it, as `dbt docs generate --static` makes it of its own manifest."""
    from dbt.task.docs import DOCS_INDEX_FILE_PATH

    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    page = page.replace('"MANIFEST.JSON INLINE DATA"', manifest)
    return page.replace('"CATALOG.JSON INLINE DATA"', catalog).encode()


def _write_lineage(manifest: str, catalog: str) -> None:
    with TemporaryDirectory() as folder:
        files = {"--manifest": manifest, "--catalog": catalog}
        command = [tool("colibri"), "generate", "--light", "--disable-telemetry", "--output-dir", folder]
        for option, text in files.items():
            path = Path(folder, f"{option.strip('-')}.json")
            path.write_text(text, encoding="utf-8")
            command += [option, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        pages = list(Path(folder).glob("*.html"))
        if done.returncode or not pages:
            said = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
            raise TickitError(f"dbt-colibri cannot trace the columns: {said[-1]}. {OUTPUT} is written.")
        head = f'<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'.encode()
        write_whole(LINEAGE, pages[0].read_bytes().replace(b"<head>", head, 1))


def _serve(port: int, console: Console) -> None:
    """Serve reports/, until Ctrl-C; `dbt docs serve` has no page but its own."""
    handler = partial(_Pages, directory=str(OUTPUT.parent))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        console.print(f"Serving it at http://localhost:{port} until you press Ctrl-C.", highlight=False)
        server.serve_forever()


class _Pages(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        """Answer with the docs site where no page is named."""
        if self.path == "/":
            self.path = f"/{OUTPUT.name}"
        super().do_GET()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - http.server's name
        """Print no line a request."""


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise TickitError(f"port {port} is taken. Serve elsewhere: make docs PORT={port + 1}")
