"""What differs between two manifests of dbt: models, columns, contracts, and who reads what changed.

A manifest here is the content of dbt's manifest.json; a node is an entry of it, a dict.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

Manifest = dict[str, Any]
Node = dict[str, Any]

RELATIONS = ("model", "seed", "snapshot")
"""Kinds of nodes that have rows."""
_READERS = ("exposure", "metric", "saved_query", "semantic_model")
DOCS = "description"
_FRESHNESS = ("freshness", "loaded_at_field", "loaded_at_query")


@dataclass(frozen=True)
class Change:
    """One node that differs. ``why``: new, removed, code, seed, configuration, contract, macro, description."""

    unique_id: str
    name: str
    kind: str
    why: tuple[str, ...]
    columns: tuple[str, ...] = ()
    contract: tuple[str, ...] = ()
    breaking: bool = False


@dataclass(frozen=True)
class Coverage:
    """How much of a set of models is documented and tested: numbers of columns and of tests."""

    columns: int = 0
    described: int = 0
    tested: int = 0
    tests: int = 0


@dataclass
class Changes:
    """All that differs between two manifests."""

    nodes: list[Change] = field(default_factory=list)
    readers: list[tuple[str, str, str]] = field(default_factory=list)
    """Kind, name and owner of each exposure, metric, saved query and semantic model that reads a changed node."""

    @property
    def breaking(self) -> list[Change]:
        """Those that break what others rely on."""
        return [change for change in self.nodes if change.breaking]


def compare(base: Manifest, head: Manifest, modified: Collection[str]) -> Changes:
    """Compare two manifests.

    Args:
        base: of the state before.
        head: of the state with the change.
        modified: unique ids of the nodes that differ, by dbt's `state:modified`.

    """
    before, after = nodes_with_rows(base), nodes_with_rows(head)
    ids = sorted({id for id in modified if id in after} | (before.keys() - after.keys()))
    changed = [_change(id, before.get(id), after.get(id), base, head) for id in ids]
    built = {change.unique_id for change in changed if DOCS not in change.why or len(change.why) > 1}
    return Changes(changed, sorted(_readers(built, base, head)))


def nodes_with_rows(manifest: Manifest) -> dict[str, Node]:
    """Return models, seeds and snapshots by unique id."""
    return {id: node for id, node in manifest["nodes"].items() if node["resource_type"] in RELATIONS}


def below(manifest: Manifest, ids: Collection[str]) -> set[str]:
    """Return the ids of all that reads these nodes, directly or not, and the nodes themselves."""
    found: set[str] = set()
    left = list(ids)
    while left:
        if (id := left.pop()) not in found:
            found.add(id)
            left += manifest["child_map"].get(id, [])
    return found


def key_of(manifest: Manifest, unique_id: str) -> list[str]:
    """Return the columns of a node's key: dbt's own primary key, or the first that a test `checks` holds unique."""
    node = manifest["nodes"][unique_id]
    if node.get("primary_key"):
        return list(node["primary_key"])
    keys = [key for test in _tests_of(manifest, unique_id) for key in _arguments(test).get("unique") or []]
    if keys:
        return [keys[0]] if isinstance(keys[0], str) else list(keys[0])
    columns = [t["column_name"] for t in _tests_of(manifest, unique_id) if _test_name(t) == "unique"]
    return [columns[0]] if columns and columns[0] else []


def is_personal(node: Node, column: str) -> bool:
    """Return whether a column may hold personal data; one that the YAML does not declare may."""
    declared = node["columns"].get(column)
    if declared is None:
        return True
    meta = {**(declared.get("meta") or {}), **((declared.get("config") or {}).get("meta") or {})}
    return bool(meta.get("contains_personal_data"))


def coverage(manifest: Manifest, ids: Collection[str]) -> Coverage:
    """Count columns, described ones, those under a test, and tests of these nodes."""
    columns = described = tested = tests = 0
    for id in ids:
        if id not in manifest["nodes"]:
            continue
        declared = manifest["nodes"][id]["columns"]
        columns += len(declared)
        described += sum(bool((column.get("description") or "").strip()) for column in declared.values())
        own = list(_tests_of(manifest, id))
        tests += len(own) + sum(id in test["depends_on"]["nodes"] for test in manifest.get("unit_tests", {}).values())
        under_test = {column for test in own for column in _columns_under(test)}
        tested += sum(
            name in under_test or any(c["type"] == "not_null" for c in column.get("constraints") or [])
            for name, column in declared.items()
        )
    return Coverage(columns, described, tested, tests)


def python_models_of(head: Manifest, files: Collection[str], sources: dict[str, str]) -> set[str]:
    """Return the Python models whose methods changed, which `state:modified` does not see.

    Args:
        head: the manifest with the change.
        files: the changed files.
        sources: the code of each module of the project that models may import, by its path.

    """
    modules = {path.removesuffix(".py").replace("/", ".").removesuffix(".__init__"): path for path in sources}
    changed = {name for name, path in modules.items() if path in files}
    changed |= {PurePath(f).with_suffix("").as_posix().replace("/", ".") for f in files if f.startswith("analytics/")}
    imports = {name: _imports(sources[path]) for name, path in modules.items()}
    hit = set(changed)
    while more := {name for name, used in imports.items() if name not in hit and used & hit}:
        hit |= more
    return {
        id
        for id, node in head["nodes"].items()
        if node.get("language") == "python" and _imports(node["raw_code"]) & hit
    }


def is_same_source(id: str, base: Manifest, head: Manifest) -> bool:
    """Return whether a source has the same rows: its database is another in each file, and freshness changes none."""
    old, new = base["sources"].get(id), head["sources"].get(id)
    return bool(old and new) and _decides_rows(old) == _decides_rows(new)


def _decides_rows(source: Node) -> list[Any]:
    names = ("schema", "identifier", "fqn", "external", "quoting")
    config = {key: value for key, value in source.get("unrendered_config", {}).items() if key not in _FRESHNESS}
    return [*(source.get(name) for name in names), config]


def readers_of_variable(head: Manifest, variable: str) -> set[str]:
    """Return the models, seeds and tests whose code, or a macro behind it, reads a variable of dbt_project.yml."""
    read = re.compile(rf"\bvar\(\s*['\"]{re.escape(variable)}['\"]")
    macros = {id for id, macro in head["macros"].items() if read.search(macro["macro_sql"])}
    return {
        id
        for id, node in head["nodes"].items()
        if read.search(node.get("raw_code") or "") or not macros.isdisjoint(_macros_behind(node, head))
    }


def _macros_behind(node: Node, manifest: Manifest) -> set[str]:
    """Return the ids of the macros that a node calls, directly or not."""
    seen: set[str] = set()
    left = list(node["depends_on"].get("macros") or [])
    while left:
        if (id := left.pop()) not in seen:
            seen.add(id)
            left += (manifest["macros"].get(id) or {}).get("depends_on", {}).get("macros", [])
    return seen


def _imports(code: str) -> set[str]:
    try:
        tree = ast.parse(code)
    except SyntaxError:  # dbt says where, when it parses the model
        return set()
    found: set[str] = set()
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module:
            found |= {statement.module, *(f"{statement.module}.{alias.name}" for alias in statement.names)}
    return found


def _change(id: str, old: Node | None, new: Node | None, base: Manifest, head: Manifest) -> Change:
    node = new or old
    assert node is not None  # noqa: S101 - one of the two is there
    kind = node["resource_type"]
    if old is None:
        return Change(id, node["name"], kind, ("new",), tuple(f"+ {name}" for name in node["columns"]))
    if new is None:
        # What was private is nobody's business but the project's own, and dbt refuses a reference to what is gone.
        public = old.get("access") == "public"
        gone = ("the model is public and is removed",) if public else ()
        return Change(id, node["name"], kind, ("removed",), (), gone, public)
    contract, breaking = _contract(old, new)
    why = tuple(_why(old, new, base, head)) or ("other",)
    return Change(id, node["name"], kind, why, tuple(_columns(old, new)), tuple(contract), breaking)


def _why(old: Node, new: Node, base: Manifest, head: Manifest) -> Iterator[str]:
    if old.get("raw_code") != new.get("raw_code") or _checksum(old) != _checksum(new):
        yield "seed" if new["resource_type"] == "seed" else "code"
    if old["unrendered_config"] != new["unrendered_config"] or old["fqn"] != new["fqn"]:
        yield "configuration"
    if (old.get("contract") or {}).get("checksum") != (new.get("contract") or {}).get("checksum"):
        yield "contract"
    if macros := _changed_macros(new, base, head):
        yield "macro " + ", ".join(macros)
    described = [(n["description"], {k: c.get("description") for k, c in n["columns"].items()}) for n in (old, new)]
    if described[0] != described[1]:
        yield DOCS


def _checksum(node: Node) -> str:
    return str((node.get("checksum") or {}).get("checksum"))


def _changed_macros(node: Node, base: Manifest, head: Manifest) -> list[str]:
    """Return the names of the macros behind a node, directly or not, whose code differs."""
    seen = _macros_behind(node, head)
    sql = [{id: (m["macros"].get(id) or {}).get("macro_sql") for id in seen} for m in (base, head)]
    return sorted(id.rpartition(".")[2] for id in seen if sql[0][id] != sql[1][id])


def _columns(old: Node, new: Node) -> Iterator[str]:
    before, after = old["columns"], new["columns"]
    for name in after:
        if name not in before:
            yield f"+ {name}" + (f" {after[name]['data_type']}" if after[name].get("data_type") else "")
        elif (was := before[name].get("data_type")) != (now := after[name].get("data_type")):
            yield f"~ {name} {was or 'no type'} → {now or 'no type'}"
    yield from (f"- {name}" for name in before if name not in after)


def _contract(old: Node, new: Node) -> tuple[list[str], bool]:
    """Return what changed in a model's contract, in words, and whether that breaks its readers."""
    said: list[str] = []
    enforced = [(node.get("contract") or {}).get("enforced", False) for node in (old, new)]
    breaking = False
    if enforced == [False, True]:
        said.append("a contract is enforced now")
    if enforced == [True, False]:
        said.append("the contract is no longer enforced")
        breaking = True
    if old.get("access") != new.get("access"):
        said.append(f"access {old.get('access')} → {new.get('access')}")
        breaking |= old.get("access") == "public"
    if old.get("group") != new.get("group"):
        said.append(f"group {old.get('group')} → {new.get('group')}")
    if all(enforced):
        before, after = old["columns"], new["columns"]
        for name in before:
            if name not in after:
                said.append(f"column {name} is gone")
                breaking = True
                continue
            types = [columns[name].get("data_type") for columns in (before, after)]
            if types[0] != types[1]:
                said.append(f"type of {name}: {types[0] or 'no type'} → {types[1] or 'no type'}")
                breaking = True
            rules = [sorted(c["type"] for c in columns[name].get("constraints") or []) for columns in (before, after)]
            if rules[0] != rules[1]:
                said.append(f"constraints of {name}: {_listed(rules[0])} → {_listed(rules[1])}")
                breaking |= not set(rules[0]) <= set(rules[1])
        said += [f"column {name} is new" for name in after if name not in before]
    return said, breaking


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "none"


def _readers(changed: Collection[str], base: Manifest, head: Manifest) -> set[tuple[str, str, str]]:
    found = set()
    for manifest in (base, head):
        groups = {
            "exposure": manifest.get("exposures", {}),
            "metric": manifest.get("metrics", {}),
            "saved_query": manifest.get("saved_queries", {}),
            "semantic_model": manifest.get("semantic_models", {}),
        }
        hit = below(manifest, changed)
        for kind in _READERS:
            for id, reader in groups[kind].items():
                if id in hit:
                    owner = (reader.get("owner") or {}).get("name") or ""
                    found.add((kind.replace("_", " "), str(reader.get("label") or reader["name"]), str(owner)))
    return found


def _tests_of(manifest: Manifest, unique_id: str) -> Iterator[Node]:
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("attached_node") == unique_id:
            yield node


def _test_name(test: Node) -> str:
    return str((test.get("test_metadata") or {}).get("name"))


def _arguments(test: Node) -> dict[str, Any]:
    return (test.get("test_metadata") or {}).get("kwargs") or {}


def _columns_under(test: Node) -> Iterator[str]:
    """Yield the columns that a test looks at, of a grouped test those of each check."""
    if test.get("column_name"):
        yield test["column_name"]
    arguments = _arguments(test)
    yield from arguments.get("not_null") or []
    for key in arguments.get("unique") or []:
        yield from [key] if isinstance(key, str) else key
    for group in ("accepted_values", "accepted_range", "keys"):
        yield from arguments.get(group) or {}
