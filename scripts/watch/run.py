"""Watch the project's files, and build and test what each save changed.

It holds the warehouse's file only while it builds. Where another program has the file open, it waits until that has
closed it. What failed, or was skipped for it, is built again with the next save.
"""

from __future__ import annotations

import gc
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

import yaml
from dbt_common.exceptions import DbtBaseException
from rich.console import Console
from watchfiles import Change, DefaultFilter
from watchfiles import watch as changes_of_files

from scripts.build import state
from scripts.core.dbt import PACKAGES
from scripts.core.errors import TickitError
from scripts.core.profiles import duckdb_file, profiles_folder
from scripts.core.settings import check_settings
from scripts.review.changes import readers_of_variable
from scripts.warehouse import check_built, check_not_locked, known_cause, query
from scripts.watch.changes import Plan, changed, id_name, incremental, plan, removed
from scripts.watch.session import Session
from scripts.watch.show import show_analysis, show_plan, show_results

PROJECT = Path("dbt_project.yml")
# dbt's own names and defaults of the folders that hold code.
_FOLDERS = {
    "model-paths": ["models"],
    "macro-paths": ["macros"],
    "seed-paths": ["seeds"],
    "snapshot-paths": ["snapshots"],
    "analysis-paths": ["analyses"],
    "test-paths": ["tests"],
}
_CODE = {".sql", ".py", ".yml", ".yaml", ".csv", ".md"}
# An editor writes a file in several steps, a few milliseconds apart; a change of branch takes longer.
_QUIET_MS, _LONGEST_MS = 30, 1000
# How often the project file is looked at, and whether a warehouse in use is free again.
_TICK_MS = 300
_DONE = {"success", "pass", "warn", "fail", "no-op"}


class Watch:
    """What is known between two saves."""

    def __init__(self, target: str, selection: Sequence[str], console: Console) -> None:
        self._target = target
        self._selection = selection
        self._console = console
        self._warehouse = duckdb_file(target)
        self._session = Session(target)
        self._manifest: Any = None
        self._variables: dict[str, Any] = {}
        # Changed, and not built yet: by an error, or because the warehouse is in use.
        self._pending: set[str] = set()
        self.is_waiting = False

    def begin(self) -> int:
        """Parse the project as it is, which is what later saves are compared with; return the number of models."""
        self._manifest = self._session.parse()
        self._session.wanted(self._manifest, self._selection)  # a selection that dbt does not understand ends it now
        self._variables = _variables()
        return sum(node.resource_type == "model" for node in self._manifest.nodes.values())

    def saved(self) -> None:
        """Parse, build and test what was saved; print what came of it."""
        started = perf_counter()
        try:
            variables = _variables()  # first: where the project's file is no YAML, dbt does not name it
            manifest = self._session.parse()
            new = changed(self._manifest, manifest) | self._by_variables(manifest, variables)
        except (TickitError, DbtBaseException) as error:
            self._say_error(error, started)
            return
        gone = removed(self._manifest, manifest)
        if gone:
            self._console.print(f"Removed: {', '.join(gone)}. What was built of it stays in the warehouse.")
        known = {*manifest.nodes, *manifest.sources, *manifest.unit_tests}
        self._pending = (self._pending & known) | new
        self._manifest = manifest
        self._build(started)

    def again(self) -> None:
        """Build what could not be built because the warehouse was in use, if it is free now."""
        if _in_use(self._warehouse) is None:
            self._build(perf_counter())

    def _build(self, started: float) -> None:
        if not self._pending:
            self._console.print("Parsed: nothing to build has changed.", style="dim")
            return
        if reason := _in_use(self._warehouse):
            self._wait(reason)
            return
        self.is_waiting = False
        manifest = self._manifest
        try:
            wanted = self._session.wanted(manifest, self._selection)
            there = query(self._warehouse, "select table_schema, table_name from information_schema.tables")
            work = plan(manifest, self._pending, {(schema, name) for schema, name in there}, wanted)
            results = self._build_tables(manifest, work)
            compiled = self._session.compile(manifest, work.analyses) if work.analyses else []
            self._note(manifest, work, [*results, *compiled])
            show_results(self._console, manifest, work, results, self._warehouse, self._target)
            for result in compiled:
                show_analysis(self._console, result, self._warehouse)
        except TickitError as error:
            if "Could not set lock" in str(error):
                self._wait(str(known_cause(str(error), self._warehouse)))
            else:
                self._say_error(error, started)
            return
        show_plan(self._console, manifest, work)
        self._console.print(f"{perf_counter() - started:.2f} s", style="dim", highlight=False)

    def _note(self, manifest: Any, work: Plan, results: list[Any]) -> None:
        """Keep for the next save what has failed, or was skipped for that."""
        ended = {result.node.unique_id: str(result.status) in _DONE for result in results}
        made = {id for id in (*work.tables, *work.below) if manifest.nodes[id].config.materialized != "ephemeral"}
        self._pending = {id for id in {*made, *ended} if not ended.get(id)}

    def _build_tables(self, manifest: Any, work: Plan) -> list[Any]:
        if work.is_empty:
            return []
        # Before the first row is written: this process may be killed, and the code put back.
        state.forget(self._warehouse, incremental(manifest, [*work.tables, *work.below]))
        what = [id_name(manifest, id) for id in (*work.tables, *work.tests)]
        self._console.print(f"\nBuilding {_listed(what)}{f' and {len(work.below)} below' if work.below else ''} ...")
        return self._session.build(manifest, work)

    def _wait(self, reason: str) -> None:
        if not self.is_waiting:
            self._console.print(f"{reason}\nWhat was saved is built when it is free.", highlight=False, markup=False)
        self.is_waiting = True

    def _say_error(self, error: Exception, started: float) -> None:
        self._console.print("\n[red]error[/] ", end="")
        self._console.print(str(error).removeprefix("dbt parse failed.\n"), highlight=False, markup=False)
        self._console.print(f"{perf_counter() - started:.2f} s", style="dim", highlight=False)

    def _by_variables(self, manifest: Any, now: dict[str, Any]) -> set[str]:
        """Return the ids of what reads a variable of dbt_project.yml that has changed, which dbt does not compare."""
        before, self._variables = self._variables, now
        names = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        if not names:
            return set()
        as_written = manifest.writable_manifest().to_dict(omit_none=False)
        readers = {id for name in names for id in readers_of_variable(as_written, name)}
        return readers & {*manifest.nodes}


def watch(target: str, selection: Sequence[str], console: Console) -> None:
    """Watch until Ctrl-C; raise TickitError if there is no warehouse yet or the project cannot be parsed."""
    check_settings()
    check_built(duckdb_file(target))
    watched = Watch(target, selection, console)
    with _interrupted() as stop:
        saves = _saves(console, stop)
        next(saves)  # from here on no save is missed
        console.print("Parsing the project ...")
        models = watched.begin()
        console.print(
            f"Watching {models} models: what you save from now on is built in {duckdb_file(target)}. Ctrl-C ends.",
            highlight=False,
            markup=False,
        )
        for something in saves:
            if something:
                watched.saved()
            elif watched.is_waiting:
                watched.again()
            else:
                continue
            gc.collect()
    raise KeyboardInterrupt


@contextmanager
def _interrupted() -> Iterator[threading.Event]:
    """Set an event on Ctrl-C, in place of an exception: Python ignores one that is raised while it collects garbage."""
    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _saves(console: Console, stop: threading.Event) -> Iterator[bool]:
    """Yield at each tick whether something was saved, until the event; by polling, where the system cannot tell."""
    try:
        yield from _watched(stop, polling=None)
    except OSError as error:
        console.print(f"The system does not report saves ({error}): looking at the files instead.", markup=False)
        yield from _watched(stop, polling=True)


def _watched(stop: threading.Event, polling: bool | None) -> Iterator[bool]:
    written = _written(PROJECT)
    for changes in changes_of_files(
        *folders(),
        watch_filter=Code(),
        stop_event=stop,
        step=_QUIET_MS,
        debounce=_LONGEST_MS,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        force_polling=polling,
    ):
        before, written = written, _written(PROJECT)
        yield bool(changes) or before != written


class Code(DefaultFilter):
    """Lets the files through that dbt reads, and not what Python and editors leave beside them."""

    def __call__(self, change: Change, path: str) -> bool:
        """Say whether a change of this file may change the project."""
        return Path(path).suffix in _CODE and super().__call__(change, path)


def folders() -> list[Path]:
    """Return the folders that have code: those of dbt_project.yml, the local packages, the profiles."""
    settings = _project()
    listed = [Path(folder) for key, usual in _FOLDERS.items() for folder in settings.get(key, usual)]
    packages = [package.resolve() for package in PACKAGES.iterdir()] if PACKAGES.is_dir() else []
    return [folder for folder in (*listed, *packages, profiles_folder()) if folder.is_dir()]


def _project() -> dict[str, Any]:
    try:
        settings = yaml.safe_load(PROJECT.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TickitError(f"there is no {PROJECT}: start in the folder of the project.") from error
    except yaml.YAMLError as error:
        raise TickitError(f"{PROJECT} is no YAML: {error}") from error
    return settings if isinstance(settings, dict) else {}


def _variables() -> dict[str, Any]:
    return _project().get("vars") or {}


def _written(path: Path) -> int:
    """Return when a file was last written, in nanoseconds; 0 while an editor replaces it."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _in_use(warehouse: Path) -> str | None:
    """Say why the warehouse cannot be written now; None if it can."""
    try:
        check_not_locked(warehouse)
    except TickitError as error:
        return str(error)
    return None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
