"""What went wrong in a build: each failed test and model, where it is, and what to do next."""

from __future__ import annotations

import os
import re
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from scripts.build.wording import is_generic, is_grouped, what_is_wrong
from scripts.core.errors import TickitError
from scripts.core.profiles import default_target, profiles_folder
from scripts.core.tools import tool
from scripts.warehouse import query_by_name

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DONE = {"success", "pass", "no-op"}

# The least important first: the end of the output is what a user sees.
_ORDER = {"warn": 0, "fail": 1}
_MOST_ROWS = 20


def print_problems(console: Console, manifest: Manifest, results: list[Any], warehouse: Path, target: str) -> None:
    """Print each test that warned or failed and each model that could not be built; then how much was skipped."""
    models: dict[str, Any] = {node.name: node for node in manifest.nodes.values()}

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    problems = [result for result in results if result.status not in DONE and result.status != "skipped"]
    for result in sorted(problems, key=lambda result: _ORDER.get(result.status, 2)):
        node = result.node
        status = f"[{'yellow' if result.status == 'warn' else 'red'}]{result.status}[/] "
        if node.resource_type == "test" and result.failures is not None and is_grouped(node):
            for check in _failed_checks(node.compiled_code, warehouse):
                console.print(f"\n{status}", end="")
                say(check["problem"])
                say(f"  the rows: {show_command(target, '--inline', check['find_with'])}")
                say(f"  the code: {node.original_file_path}")
            continue
        console.print(f"\n{status}", end="")
        if node.resource_type == "test" and result.failures is not None:
            say(what_is_wrong(node, result.failures))
            if not is_generic(node):
                say("\n".join(f"  {row}" for row in _rows(node.compiled_code, warehouse)))
            shown = models[node.config.meta.get("show", node.name)]
            say(f"  the rows: {show_command(target, *_without_personal_data(shown))}")
        elif node.resource_type == "unit_test" and result.status == "fail":
            say(f"unit test {node.name}: the rows are not as expected")
            say((result.message or "").strip())
        else:
            say(f"{node.resource_type} {node.name} could not be run")
            say("\n".join(f"  {line.strip()}" for line in (result.message or "").splitlines() if line.strip()))
        say(f"  the code: {_place(manifest, node, result.message or '')}")
    skipped = Counter(result.node.resource_type for result in results if result.status == "skipped")
    if skipped:
        counts = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in sorted(skipped.items()))
        say(f"\nSkipped, because they read what failed: {counts}.")


def _place(manifest: Any, node: Any, message: str) -> str:
    """Return the file of a node and the line that DuckDB quotes, which may be one of the model that is unit-tested."""
    files = [node.original_file_path]
    if node.resource_type == "unit_test":
        files += [manifest.nodes[id].original_file_path for id in node.depends_on.nodes if id in manifest.nodes]
    found = re.search(r"^\s*LINE [0-9]+: (.+)$", message, re.MULTILINE)
    quoted = re.sub(r"^\.\.\.|\.\.\.$", "", found.group(1).strip()).strip() if found else ""
    for file in filter(lambda file: quoted and Path(file).is_file(), files):
        # DuckDB counts the lines of the compiled statement.
        lines = [line.strip() for line in Path(file).read_text(encoding="utf-8").splitlines()]
        numbers = [number for number, line in enumerate(lines, 1) if line == quoted]
        numbers = numbers or [number for number, line in enumerate(lines, 1) if quoted in line]
        if len(numbers) == 1:
            return f"{file}, line {numbers[0]}"
    return str(files[0])


def show_command(target: str, *what: str) -> str:
    """Return the command that shows rows: ``--select`` those of a test or a model, or ``--inline`` those of a query.

    To be pasted into a shell in the project's folder.
    """
    # Set for one command only (TICKIT_LAKE=... make run), they would be missing in the next.
    settings = [
        f"{key}={shlex.quote(os.environ[key])}" for key in ("TICKIT_LAKE", "TICKIT_WAREHOUSE") if key in os.environ
    ]
    profiles = ["--profiles-dir", str(profiles_folder())]
    named_target = [] if target == default_target() else ["--target", target]
    # As a table, dbt cuts every value after 20 characters.
    command = [os.path.relpath(tool("dbt")), "show", *profiles, *named_target, "--output", "json", *what]
    return " ".join([*settings, shlex.join(command)])


def _without_personal_data(node: Any) -> tuple[str, str]:
    """Return what names the rows of a node for dbt's `show`, without columns of persons: `show` writes into its log."""
    shown = [name for name, column in node.columns.items() if not column.config.meta.get("contains_personal_data")]
    if len(shown) == len(node.columns):
        return "--select", node.name
    return "--inline", f"select {', '.join(shown)} from {node.relation_name}"


def _failed_checks(sql: str, warehouse: Path) -> list[dict[str, Any]]:
    """Return what a test of many checks found: for each that failed, `problem` and `find_with`. No value of a row."""
    return query_by_name(warehouse, sql)


def _rows(sql: str, warehouse: Path) -> list[str]:
    """Return the first rows that a test found, a line each.

    Only of tests that are queries of their own: they count and name. The rows of others may hold personal data.
    """
    try:
        rows = query_by_name(warehouse, f"select * from ({sql}\n) limit {_MOST_ROWS + 1}")
    except TickitError as error:
        return [str(error)]
    lines = [", ".join(f"{name}: {value}" for name, value in row.items()) for row in rows]
    return lines if len(rows) <= _MOST_ROWS else [*lines[:_MOST_ROWS], "and more"]
