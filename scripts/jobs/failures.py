"""What failed in a run of a job, what that hurts, and what has changed since the runs before."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scripts.jobs.artifacts import TESTS, Run

MOST_NAMED = 5
"""Exposures, and metrics, that a message names; of more it has the number."""

_FAILED = ("fail", "error", "runtime error", "partial success")
_GOOD = ("success", "pass", "warn", "no-op")
_FAILED_STEP = ("failed", "timeout", "stopped")
# A line of `print_failed_checks`: what is wrong and in how many rows, in the words of the test. It quotes no row.
_CHECK = r"^\S*\s*fail (?P<problem>\S.* of {name}: \d+ rows? .+|{name}: \d+ rows? .+)$"


@dataclass(frozen=True)
class Failure:
    """A node of dbt that failed, or a step in which no node did.

    ``key`` is the same in every run; ``row_count`` is how many rows a test found wrong; ``node_id`` is dbt's.
    """

    key: str
    name: str
    step_number: int
    row_count: int | None = None
    node_id: str | None = None


def failures(run: Run) -> dict[str, Failure]:
    """Return what failed after all attempts, by its key, in the order in which it failed."""
    found: dict[str, Failure] = {}
    final = run.final
    for number, step in enumerate(run.steps, start=1):
        failed = [each for each in final if each.step_number == number and each.status in _FAILED]
        for each in failed:
            rows = each.result.get("failures") if each.resource_type in TESTS else None
            found[each.node_id] = Failure(each.node_id, each.name, number, rows, each.node_id)
        if step["status"] in _FAILED_STEP and not failed:
            key = f"step {step['name']}"
            found[key] = Failure(key, f"{key} ({step['status']})", number)
    return found


def good(run: Run) -> set[str]:
    """Return the keys of what ran and did not fail: what was not reached is neither good nor failed."""
    steps = {f"step {step['name']}" for step in run.steps if step["status"] == "success"}
    return steps | {each.node_id for each in run.final if each.status in _GOOD}


def first_check(run: Run, failure: Failure) -> str | None:
    """Return the first sentence of a failed test about its model, from the log: column, number of rows, fault."""
    tested = _tested(run.manifest, failure.node_id)
    if not tested:
        return None
    try:
        log = (run.folder / run.steps[failure.step_number - 1]["log"]).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    name = re.escape(tested.split(".")[-1])
    found = re.search(_CHECK.format(name=name), log, re.MULTILINE)
    return found.group("problem") if found else None


def owners(run: Run, found: Iterable[Failure]) -> list[str]:
    """Return who owns the groups of what failed, ``name <address>`` each."""
    groups = {group["name"]: group["owner"] for group in run.manifest.get("groups", {}).values()}
    nodes = {**run.manifest.get("nodes", {}), **run.manifest.get("sources", {})}
    named: dict[str, None] = {}
    for failure in found:
        node = nodes.get(failure.node_id or "", {})
        owner = groups.get(_group(node) or _group(nodes.get(_tested(run.manifest, failure.node_id) or "", {})) or "")
        if owner:
            address = owner.get("email")
            named[f"{owner.get('name') or address}{f' <{address}>' if address and owner.get('name') else ''}"] = None
    return list(named)


def hurt(run: Run, found: Iterable[Failure]) -> list[str]:
    """Return the exposures and metrics that are made of what failed, by their labels; of many only how many."""
    children = run.manifest.get("child_map", {})
    waiting = []
    for failure in found:
        node = run.manifest.get("nodes", {}).get(failure.node_id or "", {})
        below = (node.get("depends_on") or {}).get("nodes", []) if node.get("resource_type") in TESTS else []
        waiting += [failure.node_id, *below]
    seen: set[str] = set()
    while waiting:
        if (node_id := waiting.pop()) and node_id not in seen:
            seen.add(node_id)
            waiting += children.get(node_id, [])
    labels = []
    for section, what in (("exposures", "exposure"), ("metrics", "metric")):
        entries = run.manifest.get(section, {})
        found_here = sorted(f"{what} {_label(entries[node_id])}" for node_id in seen if node_id in entries)
        labels += found_here if len(found_here) <= MOST_NAMED else [f"{len(found_here)} {what}s"]
    return labels


def _tested(manifest: dict[str, Any], test_id: str | None) -> str | None:
    node = manifest.get("nodes", {}).get(test_id or "", {})
    attached: str | None = node.get("attached_node")
    return attached


def _group(node: dict[str, Any]) -> str | None:
    group: str | None = node.get("group") or (node.get("config") or {}).get("group")
    return group


def _label(entry: dict[str, Any]) -> str:
    return str(entry.get("label") or entry["name"])
