"""Everything that the docs site shows is described, in words that say more than its name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.python.project.macros import interfaces
from tests.python.project.manifest import marts, nodes, own


def _described(manifest: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield all that needs a description: where it is, its name, its description."""
    relations = [*nodes(manifest, "model", "seed", "snapshot"), *own(manifest, "sources")]
    for node in relations:
        yield node["unique_id"], node["name"], node["description"]
        for column in node["columns"].values():
            yield f"{node['unique_id']}.{column['name']}", column["name"], column["description"]
    for source in own(manifest, "sources"):
        yield source["unique_id"], source["source_name"], source["source_description"]
        for partition in source["external"]["partitions"] or []:
            yield f"{source['unique_id']}.{partition['name']}", partition["name"], partition["description"]
    for macro in interfaces(manifest):
        yield macro["unique_id"], macro["name"], macro["description"]
        for argument in macro["arguments"]:
            yield f"{macro['unique_id']}({argument['name']})", argument["name"], argument["description"]
    for entry in [
        *nodes(manifest, "analysis"),
        *(entry for section in ("exposures", "groups", "unit_tests") for entry in own(manifest, section)),
    ]:
        yield entry["unique_id"], entry["name"], entry["description"]


def _words(text: str) -> str:
    """Reduce to what is said: lower case, no punctuation, no article in front."""
    return re.sub(r"^(the|an?) ", "", " ".join(re.findall(r"[a-z0-9]+", text.lower())))


def test_everything_is_described(ci_manifest: dict[str, Any]) -> None:
    assert [where for where, _, text in _described(ci_manifest) if not _words(text or "")] == []


def test_no_description_repeats_the_name(ci_manifest: dict[str, Any]) -> None:
    assert [where for where, name, text in _described(ci_manifest) if _words(text or "") == _words(name)] == []


def test_every_exposure_has_an_owner_to_write_to(ci_manifest: dict[str, Any]) -> None:
    owners = {exposure["name"]: exposure["owner"] for exposure in own(ci_manifest, "exposures")}
    assert {name: owner for name, owner in owners.items() if "@" not in (owner["email"] or "")} == {}


def test_every_mart_is_in_the_overview_or_in_an_exposure(ci_manifest: dict[str, Any]) -> None:
    overview = next(doc for doc in own(ci_manifest, "docs") if doc["name"] == "__overview__")["block_contents"]
    exposed = {name for exposure in own(ci_manifest, "exposures") for name in exposure["depends_on"]["nodes"]}
    hidden = [
        m["name"] for m in marts(ci_manifest) if m["unique_id"] not in exposed and f"`{m['name']}`" not in overview
    ]
    assert hidden == []


def test_each_layer_has_a_colour_of_its_own(ci_manifest: dict[str, Any]) -> None:
    colours: dict[str, set[str | None]] = {}
    for node in nodes(ci_manifest, "model", "snapshot"):
        layer = "snapshots" if node["resource_type"] == "snapshot" else node["fqn"][1]
        colours.setdefault(layer, set()).add(node["docs"]["node_color"])
    assert all(len(used) == 1 and None not in used for used in colours.values()), colours
    assert len(set.union(*colours.values())) == len(colours), colours


def test_every_singular_test_says_first_what_it_guards(ci_manifest: dict[str, Any]) -> None:
    singular = [test for test in nodes(ci_manifest, "test") if "test_metadata" not in test]
    assert singular
    assert [test["name"] for test in singular if not re.match(r"-- (Guards:|Reports) ", test["raw_code"])] == []
