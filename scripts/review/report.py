"""The report of a review as Markdown: the verdict first, then what changed, then what that does to the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from scripts.review.changes import DOCS, Changes, Coverage
from scripts.review.values import Difference

MARKER = "<!-- tickit review -->"
"""The first line, by which the comment of an earlier run is found."""

_MOST_LINES = 30


@dataclass(frozen=True)
class Problem:
    """A node that failed or warned: its status, what it is, in words without values of rows, and its file."""

    status: str
    what: str
    file: str


@dataclass
class Built:
    """What the build made of one model: seconds and bytes before and after, None where they are not known."""

    status: str = ""
    seconds: tuple[float | None, float | None] = (None, None)
    bytes: tuple[int | None, int | None] = (None, None)


@dataclass
class Report:
    """All that a report says."""

    base: str
    commit: str
    files: list[str] = field(default_factory=list)
    nothing_to_do: str = ""
    """Why nothing was built, if nothing was."""
    changes: Changes = field(default_factory=Changes)
    problems: list[Problem] = field(default_factory=list)
    tests: dict[str, int] = field(default_factory=dict)
    built: dict[str, Built] = field(default_factory=dict)
    """By name of the model."""
    differences: dict[str, Difference] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    """Columns that the tables have or have no more, of models that are not themselves changed, by name of the model."""
    hidden_keys: set[str] = field(default_factory=set)
    without_key: set[str] = field(default_factory=set)
    coverage: tuple[Coverage, Coverage] = (Coverage(), Coverage())
    coverage_of_all: tuple[Coverage, Coverage] = (Coverage(), Coverage())
    notes: list[str] = field(default_factory=list)
    about: str = ""
    """Where it was built, and what it was compared with."""

    @property
    def failed(self) -> list[Problem]:
        """Problems that are no warnings."""
        return [problem for problem in self.problems if problem.status not in ("warn", "skipped")]


def verdict(report: Report) -> str:
    """Return the sentence that a reviewer reads first."""
    if report.failed:
        return f"**Do not merge: {_count(len(report.failed), 'failure')}.** {_tested(report)}"
    if report.nothing_to_do:
        return f"**Nothing to review in dbt: {report.nothing_to_do}.**"
    changed = [name for name, found in report.differences.items() if found.differs]
    if breaking := report.changes.breaking:
        names = ", ".join(code(change.name) for change in breaking)
        return f"**A contract is broken: {names}.** {_data(report, changed)} {_tested(report)}"
    if changed:
        return f"**{_data(report, changed)}** {_tested(report)}"
    if any(change.columns or change.contract for change in report.changes.nodes) or report.columns:
        return f"**The columns change, the rows that both have do not.** {_tested(report)}"
    if report.differences:
        return f"**No row changes:** {_data(report, changed)} {_tested(report)}"
    if not report.changes.nodes:
        return f"**Tests change, no model does.** {_tested(report)}"
    if all(change.why == (DOCS,) for change in report.changes.nodes):
        return (
            f"**Descriptions {'and tests ' if report.tests else ''}change, no model does.** {_tested(report)}".rstrip()
        )
    return f"**Models change, and no rows were compared.** {_tested(report)}"


def render(report: Report) -> str:
    """Return the report as Markdown."""
    parts = [MARKER, "# Review of the change", verdict(report), _about(report), *_notes(report)]
    if not report.nothing_to_do:
        parts += [
            *_problems(report),
            *_changed(report),
            *_contracts(report),
            *_readers(report),
            *_data_table(report),
            *_details(report),
            *_cost(report),
        ]
    if report.changes.nodes:
        parts += _coverage(report)
    return "\n\n".join(part for part in parts if part) + "\n"


def code(text: object) -> str:
    """Return a text as code that Markdown shows as it is, in a table too; a line break becomes a blank."""
    line = " ".join(str(text).split())
    fence = "`"
    while fence in line:
        fence += "`"
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}".replace("|", "\\|")


def escaped(text: object) -> str:
    """Return a text that Markdown and HTML show as it is; nobody is mentioned by it."""
    line = " ".join(str(text).split())
    for character in "\\`*_[]<>|#":
        line = line.replace(character, "\\" + character)
    return line.replace("@", "@\u200b")


def _about(report: Report) -> str:
    commit = f"{code(report.commit[:10])}, where the change left {code(report.base)}"
    return f"Compared with {commit}: {_count(len(report.files), 'file')} changed. {report.about}".strip()


def _notes(report: Report) -> list[str]:
    return ["\n".join(f"> **Note:** {note}  " for note in report.notes)] if report.notes else []


def _problems(report: Report) -> list[str]:
    if not report.problems:
        return []
    lines = [f"- **{escaped(p.status)}** {escaped(p.what)} ({code(p.file)})" for p in report.problems]
    return ["## What failed or warned", _limited(lines)]


def _changed(report: Report) -> list[str]:
    if not report.changes.nodes:
        return []
    rows = [
        (code(c.name), c.kind, escaped(", ".join(c.why)), "<br>".join(code(column) for column in c.columns) or "–")
        for c in report.changes.nodes
    ]
    rows += [
        (code(name), "model", "reads what changed", "<br>".join(code(column) for column in columns))
        for name, columns in sorted(report.columns.items())
    ]
    return [
        "## What changed",
        _table(("Node", "Kind", "What differs", "Columns (+ new, - gone, ~ type)"), rows),
    ]


def _contracts(report: Report) -> list[str]:
    lines = [
        f"- {code(change.name)}{' **breaks its readers**' if change.breaking else ''}: "
        + escaped("; ".join(change.contract))
        for change in report.changes.nodes
        if change.contract
    ]
    return ["## Contracts", "\n".join(lines)] if lines else []


def _readers(report: Report) -> list[str]:
    lines, others = [], defaultdict[str, list[str]](list)
    for kind, name, owner in report.changes.readers:
        if kind == "exposure":
            lines.append(f"- {kind} **{escaped(name)}**" + (f", owner {escaped(owner)}" if owner else ""))
        else:
            others[kind].append(escaped(name))
    for kind, names in others.items():
        each = kind if len(names) == 1 else f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
        lines.append(f"- {len(names)} {each}: {', '.join(names)}")
    return ["## Exposures and metrics that read it", "\n".join(lines)] if lines else []


def _data_table(report: Report) -> list[str]:
    differing = {name: found for name, found in report.differences.items() if found.differs}
    same = sorted(set(report.differences) - set(differing))
    parts = []
    if differing:
        rows = [
            (
                code(name),
                f"{found.rows_before:,} → {found.rows_after:,}",
                f"{found.added:,}",
                f"{found.removed:,}",
                "no key" if name in report.without_key else f"{found.changed:,}",
            )
            for name, found in sorted(differing.items(), key=lambda item: _weight(item[1]), reverse=True)
        ]
        parts.append(_table(("Model", "Rows", "Added", "Removed", "Changed"), rows))
    if same:
        parts.append(f"The same in every row: {', '.join(map(code, same))}.")
    return ["## Rows", *parts] if parts else []


def _details(report: Report) -> list[str]:
    found = [
        (name, text)
        for name, difference in sorted(report.differences.items())
        if (text := "\n".join(_detail(report, name, difference)))
    ]
    return [
        f"<details{' open' if len(found) <= 3 else ''}><summary>{html(name)}: columns, keys, sums</summary>"
        f"\n\n{text}\n\n</details>"
        for name, text in found
    ]


def html(name: str) -> str:
    """Return a name for HTML."""
    return name.replace("&", "&amp;").replace("<", "&lt;")


def _detail(report: Report, name: str, found: Difference) -> Iterator[str]:
    if found.columns:
        columns = sorted(found.columns.items(), key=lambda item: (-item[1], item[0]))
        yield "- other values in " + ", ".join(f"{code(column)} ({_count(n, 'row')})" for column, n in columns)
    for kind, keys in found.keys.items():
        if keys:
            yield f"- keys of rows {kind}, the first {len(keys)}: " + ", ".join(map(code, keys))
    if found.differs and name in report.hidden_keys:
        yield "- its keys may be personal data, so none is shown"
    if found.repeated:
        yield f"- its key is not unique: {_count(found.repeated, 'row')}; whole rows are compared"
    sums = {column: pair for column, pair in found.sums.items() if pair[0] != pair[1]}
    if sums:
        rows = [(code(column), before or "–", after or "–") for column, (before, after) in sums.items()]
        yield "\n" + _table(("Sum of", "Before", "After"), rows)
    if found.differs and (same := [column for column in found.sums if column not in sums]):
        yield f"\nThe same sum as before: {', '.join(map(code, same))}."


def _coverage(report: Report) -> list[str]:
    rows = []
    for what, (before, after) in (("what changed", report.coverage), ("the project", report.coverage_of_all)):
        rows.append(
            (
                what,
                f"{_share(before.described, before.columns)} → {_share(after.described, after.columns)}",
                f"{_share(before.tested, before.columns)} → {_share(after.tested, after.columns)}",
                f"{before.tests} → {after.tests}",
            )
        )
    return ["## Documentation and tests", _table(("Of", "Columns described", "Columns tested", "Tests"), rows)]


def _cost(report: Report) -> list[str]:
    if not report.built:
        return []
    rows = []
    order = sorted(report.built.items(), key=lambda item: -(item[1].seconds[1] or 0))
    for name, built in order[:_MOST_LINES]:
        seconds = " → ".join("–" if value is None else f"{value:.1f}" for value in built.seconds)
        rows.append((code(name), seconds, " → ".join(map(_bytes, built.bytes))))
    total = sum(built.seconds[1] or 0 for built in report.built.values())
    known = [built for built in report.built.values() if built.seconds[0] is not None]
    before, after = (sum(built.seconds[i] or 0 for built in known) for i in (0, 1))
    said = f"{total:.1f} seconds of models"
    if known:
        said += f"; of the {len(known)} that production has a time of, {before:.1f} → {after:.1f}"
    return [
        f"<details><summary>Seconds and bytes: {said}</summary>\n\n"
        + _table(("Model", "Seconds", "Bytes stored"), rows)
        + "\n\nA review builds incremental models from nothing; production's last run may have added to them only.\n\n"
        "</details>"
    ]


def _data(report: Report, changed: Sequence[str]) -> str:
    if not report.differences:
        return "No rows were compared."
    if not changed:
        return f"{_count(len(report.differences), 'relation')} compared, all as before."
    found = [report.differences[name] for name in changed]
    counts = {kind: sum(getattr(each, kind) for each in found) for kind in ("added", "removed", "changed")}
    parts = [f"{_count(number, 'row')} {kind}" for kind, number in counts.items() if number]
    differ = "differs" if len(changed) == 1 else "differ"
    return f"{len(changed)} of {_count(len(report.differences), 'relation')} {differ}: {', '.join(parts) or 'rows'}."


def _tested(report: Report) -> str:
    good = report.tests.get("pass", 0)
    rest = [f"{n} {status}" for status, n in sorted(report.tests.items()) if status != "pass" and n]
    return f"{_count(good, 'test')} passed{', ' + ', '.join(rest) if rest else ''}." if report.tests else ""


def _weight(found: Difference) -> int:
    return found.added + found.removed + found.changed


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "–"


def _bytes(number: int | None) -> str:
    if number is None:
        return "–"
    size = float(number)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _limited(lines: Sequence[str]) -> str:
    more = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], *([f"- and {more} more"] if more > 0 else [])])


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
