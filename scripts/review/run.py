"""Review a change: compare it with the commit where it began, build what differs beside production, report it."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from scripts.build.state import CODE, built_from, inputs
from scripts.core.errors import TickitError, UsageError
from scripts.core.profiles import duckdb_file, output
from scripts.core.settings import lake_location
from scripts.core.sql import literal
from scripts.core.whole_file import write_whole
from scripts.review import base as bases
from scripts.review import changes, values
from scripts.review.build import ParseError, Review, number_of_pull_request, place
from scripts.review.comment import check_settings, comment
from scripts.review.git import base_commit, changed_files, file_at
from scripts.review.report import Built, Problem, Report, code, render, verdict

if TYPE_CHECKING:
    from rich.console import Console

REPORT = Path("reports/review/review.md")
CACHE = Path("target/review")

_DONE = {"success", "pass"}
# Of DuckDB's files, what a table's columns fill.
_BLOCK = 262_144


@dataclass(frozen=True)
class Request:
    """What a review is asked for: ``base`` a branch or commit; ``state`` a folder with main's manifest."""

    base: str
    target: str
    state: Path | None = None
    warehouse: Path | None = None
    number: int | None = None
    comment: bool = False
    output: Path = REPORT
    cache: Path = CACHE


def run(request: Request, console: Console) -> int:
    """Write the report; return 0 if all was built and no test failed, else 1.

    Raises:
        TickitError: there is no base to compare with, or no warehouse; the message says what to do.

    """
    request = replace(request, number=number_of_pull_request(request.number))
    if request.comment:
        check_settings(request.number)
    commit = base_commit(request.base)
    report = Report(request.base, commit, changed_files(commit))
    read = [file for file in report.files if _is_read(file)]
    if not read:
        report.nothing_to_do = "no file that dbt reads has changed"
        return _finish(report, request, console)

    is_duckdb = output(request.target)[1]["type"] == "duckdb"
    production = _production(request) if is_duckdb else None
    if not is_duckdb and request.number is None:
        raise UsageError("a review on Redshift builds in schemas pr_<number>: give --number of the pull request.")
    where = place(request.target, request.cache, production, request.number)
    if request.state:
        base = bases.from_state(request.state)
        where = replace(where, database=_database(base.manifest)) if is_duckdb else where
    else:
        console.print(f"Parsing the project at {commit[:10]}, where the change began ...", highlight=False)
        base = bases.from_commit(commit, request.target, where.database, request.cache / "base")
    _refuse_own_schema(base.manifest, where.prefix)
    report.notes += _notes(base, production, read)
    report.about = _about(where.prefix, production)

    review = Review(where, console)
    console.print("Parsing the project with the change ...")
    try:
        with review.begun():
            _review(review, base, commit, read, report, production, console)
    except ParseError as error:
        report.problems.append(Problem("error", str(error), "dbt parse"))
    return _finish(report, request, console)


def _review(
    review: Review,
    base: bases.Base,
    commit: str,
    files: Sequence[str],
    report: Report,
    production: Path | None,
    console: Console,
) -> None:
    """Fill the report with what changed, was built, and differs."""
    head = review.manifest()
    modified = {id for id in review.modified(base.folder) if not changes.is_same_source(id, base.manifest, head)}
    hidden = _unseen_by_dbt(head, files, commit)
    report.changes = changes.compare(base.manifest, head, {*modified, *hidden})
    report.changes.nodes = [
        replace(c, why=(*(w for w in c.why if w != "other"), hidden[c.unique_id])) if c.unique_id in hidden else c
        for c in report.changes.nodes
    ]
    only_described = {c.unique_id for c in report.changes.nodes if c.why == (changes.DOCS,)}
    roots = sorted({*modified, *hidden} - only_described)
    names = [name for id in roots if (name := _selector(head, id))]
    _count_coverage(report, base.manifest, head, modified)
    if not names:
        described = len(only_described)
        if report.changes.nodes:
            report.notes.append(
                f"nothing was built: {described} nodes differ in their descriptions only." if described else
                "nothing was built: nodes were removed, and no other changed."
            )  # fmt: skip
        else:
            report.nothing_to_do = "files changed, and no model, seed or test by that"
        return
    console.print(f"Building and testing what {len(names)} changed nodes lead to ...", highlight=False)
    results = review.build(names, base.folder)
    review.save()
    report.tests = Counter(str(r.status) for r in results if r.node.resource_type in ("test", "unit_test"))
    report.problems = list(_problems(review, results))
    if any(c.kind == "snapshot" for c in report.changes.nodes):
        report.notes.append("snapshots are not built in a review: their history belongs to production.")
    console.print("Comparing the rows ...")
    _compare(review, base, head, results, report, production)


def _compare(
    review: Review,
    base: bases.Base,
    head: changes.Manifest,
    results: Sequence[Any],
    report: Report,
    production: Path | None,
) -> None:
    """Compare each relation that was built with production's."""
    before, after = changes.nodes_with_rows(base.manifest), changes.nodes_with_rows(head)
    built = [r for r in results if r.node.unique_id in after and r.status in _DONE]
    seconds = base.seconds or _seconds_of(production)
    for result in built:
        id, name = result.node.unique_id, result.node.name
        report.built[name] = Built(str(result.status), (seconds.get(id), float(result.execution_time)))
    ids = [r.node.unique_id for r in built if r.node.unique_id in before]
    asked = {f"{side} {id}": _relation(nodes[id]) for id in ids for side, nodes in (("b", before), ("a", after))}
    columns = review.columns(asked)
    if missing := [before[id]["name"] for id in ids if f"b {id}" not in columns]:
        report.notes.append(f"not in production's warehouse, so not compared: {', '.join(sorted(missing))}.")
    pairs = {
        id: values.Pair(
            after[id]["name"], before[id]["relation_name"], after[id]["relation_name"],
            columns[f"b {id}"], columns[f"a {id}"],
            tuple(changes.key_of(head, id)),
            frozenset(c for c in columns[f"a {id}"] if any(changes.is_personal(n[id], c) for n in (before, after))),
        )
        for id in ids if f"b {id}" in columns and f"a {id}" in columns
    }  # fmt: skip
    counts = review.rows({id: values.counting(pair) for id, pair in pairs.items()})
    found = {id: values.read_counts(pair, counts[id]) for id, pair in pairs.items()}
    pairs = {id: replace(pair, key=()) if found[id].repeated else pair for id, pair in pairs.items()}
    rows = review.rows({id: values.differing(pair) for id, pair in pairs.items()})
    wanted: dict[tuple[str, str], str] = {}
    changed = {c.unique_id for c in report.changes.nodes}
    for id, pair in pairs.items():
        values.read_differences(pair, rows[id][0], found[id])
        if values.shows_keys(pair):
            kinds = ("added", "removed", "changed")
            wanted |= {(id, kind): values.examples(pair, kind) for kind in kinds if getattr(found[id], kind)}
        elif pair.keyed:
            report.hidden_keys.add(pair.name)
        if not pair.keyed:
            report.without_key.add(pair.name)
        if id not in changed and (more := _columns_of(pair)):
            report.columns[pair.name] = more
    keys = review.rows({f"{kind} {id}": query for (id, kind), query in wanted.items()})
    for id, kind in wanted:
        found[id].keys[kind] = list(values.key_texts(keys[f"{kind} {id}"]))
    report.differences = {pairs[id].name: difference for id, difference in found.items()}
    _add_bytes(review, {id: n for id, n in before.items() if id in pairs}, after, report)


def _add_bytes(review: Review, before: Mapping[str, Any], after: Mapping[str, Any], report: Report) -> None:
    """Note what tables occupy; views and what Python models publish occupy nothing in the warehouse."""
    tables = {
        f"{side} {id}": nodes[id]
        for id in before
        for side, nodes in (("b", before), ("a", after))
        if all(n[id]["config"]["materialized"] in ("table", "incremental", "seed") for n in (before, after))
    }
    try:
        sizes = review.rows({name: _size(node, review.where.is_duckdb) for name, node in tables.items()})
    except TickitError:
        # On Redshift, svv_table_info shows a user's own tables only.
        report.notes.append("this user may not see how many bytes tables occupy.")
        return
    for id in before:
        pair = [int(float(rows[0][0])) if (rows := sizes.get(f"{s} {id}")) and rows[0][0] else None for s in "ba"]
        report.built[after[id]["name"]].bytes = (pair[0], pair[1])


def _size(node: changes.Node, is_duckdb: bool) -> str:
    if is_duckdb:
        table = literal(node["relation_name"])
        return f"select cast(count(distinct block_id) * {_BLOCK} as varchar) from pragma_storage_info({table})"
    place = f'"schema" = {literal(node["schema"])} and "table" = {literal(node["alias"])}'
    return f"select cast(max(size) * 1048576 as varchar) from svv_table_info where {place}"


def _problems(review: Review, results: Sequence[Any]) -> Iterator[Problem]:
    """Yield what failed and warned, in sentences that quote no value of a row."""
    from scripts.build.wording import is_grouped, what_is_wrong

    bad = [r for r in results if str(r.status) not in {*_DONE, "skipped", "no-op"}]
    # A test whose query failed has no rows to read.
    ran = [r for r in bad if r.node.resource_type == "test" and r.failures is not None]
    grouped = {r.node.unique_id: r for r in ran if is_grouped(r.node)}
    said = review.rows(
        {id: f"select problem from ({r.node.compiled_code}\n) as found" for id, r in grouped.items()}
    )  # fmt: skip
    for result in bad:
        node, status = result.node, str(result.status)
        if node.unique_id in said:
            for (problem,) in said[node.unique_id]:
                yield Problem(status, str(problem), node.original_file_path)
        elif result in ran:
            yield Problem(status, what_is_wrong(node, result.failures), node.original_file_path)
        else:
            what = f"{node.resource_type.replace('_', ' ')} {node.name}"
            if node.resource_type == "unit_test" and status == "fail":
                what += " returns other rows than expected"
            elif review.where.is_duckdb and result.message:
                # DuckDB's texts come without the values that they quote; Redshift's are in the log.
                what += f": {_first_lines(result.message)}"
            else:
                what += " could not be run: logs/dbt.log has the reason"
            yield Problem(status, what, node.original_file_path)
    skipped = Counter(r.node.resource_type.replace("_", " ") for r in results if r.status == "skipped")
    for kind, count in sorted(skipped.items()):
        yield Problem("skipped", f"{count} {kind}{'s' if count > 1 else ''}, because of what failed above them", "dbt")


def _first_lines(message: str) -> str:
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return " ".join(lines[:4])[:400]


def _unseen_by_dbt(head: changes.Manifest, files: Sequence[str], commit: str) -> dict[str, str]:
    """Return the ids of models that changed by what `state:modified` does not compare, each with what that is."""
    found: dict[str, str] = {}
    if any(file.startswith("analytics/") for file in files):
        sources = {str(path): path.read_text(encoding="utf-8") for path in Path("analytics").rglob("*.py")}
        found |= dict.fromkeys(changes.python_models_of(head, files, sources), "a module of analytics/")
    if any(file.startswith("scripts/publishing/") for file in files):
        published = [id for id, n in head["nodes"].items() if n["config"]["materialized"] == "external"]
        found |= dict.fromkeys(published, "how results are published")
    if "dbt_project.yml" in files:
        for variable in _changed_variables(commit):
            found |= dict.fromkeys(changes.readers_of_variable(head, variable), f"variable {variable}")
    return found


def _changed_variables(commit: str) -> list[str]:
    def read(text: str | None) -> dict[str, Any]:
        content = yaml.safe_load(text or "") or {}
        found = content.get("vars") if isinstance(content, dict) else None
        return found if isinstance(found, dict) else {}

    before, after = read(file_at(commit, "dbt_project.yml")), read(Path("dbt_project.yml").read_text(encoding="utf-8"))
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def _count_coverage(report: Report, base: changes.Manifest, head: changes.Manifest, modified: set[str]) -> None:
    ids = [change.unique_id for change in report.changes.nodes]
    report.coverage = (changes.coverage(base, ids), changes.coverage(head, ids))
    report.coverage_of_all = (
        changes.coverage(base, changes.nodes_with_rows(base)),
        changes.coverage(head, changes.nodes_with_rows(head)),
    )


def _selector(head: changes.Manifest, id: str) -> str | None:
    """Return how dbt's --select names a node that a build can begin with; None for another, such as an exposure."""
    kind = id.partition(".")[0]
    if kind == "source":
        source = head["sources"][id]
        return f"source:{source['source_name']}.{source['name']}"
    if kind == "unit_test":
        return ".".join(head["unit_tests"][id]["fqn"])
    if kind in ("model", "seed", "test") and id in head["nodes"]:
        return ".".join(head["nodes"][id]["fqn"])
    # What reads a snapshot reads production's.
    return None


def _relation(node: changes.Node) -> dict[str, str]:
    return {"database": node["database"], "schema": node["schema"], "identifier": node["alias"]}


def _columns_of(pair: values.Pair) -> list[str]:
    """Return the columns that a table has now, or has no more, or has with another type."""
    before, after = pair.columns_before, pair.columns_after
    return [
        *(f"+ {name} {after[name]}" for name in after if name not in before),
        *(f"~ {name} {before[name]} → {after[name]}" for name in pair.common if before[name] != after[name]),
        *(f"- {name}" for name in before if name not in after),
    ]


def _is_read(file: str) -> bool:
    """Return whether a build is made from a file."""
    return any(file == root or file.startswith(f"{root}/") for root in CODE)


def _production(request: Request) -> Path:
    """Return the DuckDB file that is compared with; raise TickitError if there is none, or it cannot be read."""
    from scripts.warehouse import check_readable

    path = request.warehouse or duckdb_file(request.target)
    if not path.exists():
        raise UsageError(
            f"there is no warehouse at {path} to compare with: build it from the base ("
            f"git switch --detach {request.base} && make run, then come back), or name a copy of production's with "
            "--warehouse."
        )
    check_readable(path)
    return path


def _database(manifest: changes.Manifest) -> str:
    """Return the name of DuckDB's database in a manifest that was kept."""
    found = {node["database"] for node in changes.nodes_with_rows(manifest).values()}
    if len(found) != 1:
        raise UsageError("--state: the manifest's models are not in one database: give one of a DuckDB target.")
    return str(found.pop())


def _refuse_own_schema(base: changes.Manifest, prefix: str) -> None:
    """Raise TickitError if production's schemas have the names that a review drops."""
    schemas = {str(node["schema"]) for node in changes.nodes_with_rows(base).values()}
    if prefix and (own := sorted(schema for schema in schemas if re.match("pr_[0-9]+_", schema))):
        raise TickitError(f"production's schema {own[0]} is named as one of a review: choose another REDSHIFT_SCHEMA.")


def _notes(base: bases.Base, production: Path | None, files: Sequence[str]) -> Iterator[str]:
    """Yield what a reader has to know before he trusts the comparison."""
    if production is not None:
        made_from = built_from(production)
        lake = inputs(lake_location())["lake"]
        if not made_from:
            yield "it is not known which code built the warehouse: differences may come from that."
        elif base.code and made_from.get("code") != base.code:
            yield "the warehouse was built by other code than the base: some differences may come from that."
        if made_from and lake and made_from.get("lake") != lake:
            yield "files of the lake have changed since the warehouse was built: some differences come from that."
    roots = ("profiles/", "packages/", "packages.yml", "requirements.txt")
    settings = [file for file in files if file.startswith(roots)]
    if settings:
        yield (
            f"{len(settings)} changed files of requirements, profiles or packages: what they do to a model whose own "
            "code is the same is not built here."
        )


def _about(prefix: str, production: Path | None) -> str:
    if production is None:
        return f"Built in schemas {code(prefix + '_*')}, dropped afterwards."
    return f"Built beside {code(production.name)}, which was read only."


def _seconds_of(production: Path | None) -> dict[str, float]:
    result = built_from(production).get("result", {}) if production else {}
    seconds = result.get("seconds", {}) if isinstance(result, dict) else {}
    return seconds if isinstance(seconds, dict) else {}


def _finish(report: Report, request: Request, console: Console) -> int:
    """Write the report where it is wanted; return the exit code."""
    text = render(report)
    request.output.parent.mkdir(parents=True, exist_ok=True)
    write_whole(request.output, text.encode())
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text)
    console.print(re.sub(r"[*`]", "", verdict(report)), highlight=False, markup=False)
    console.print(f"The report is in {request.output}.", highlight=False, markup=False)
    if request.comment and request.number is not None:
        console.print(f"Comment: {comment(request.number, text)}", highlight=False, markup=False)
    return 1 if report.failed else 0
