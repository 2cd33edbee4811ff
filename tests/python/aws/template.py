"""The template as data: CloudFormation's short forms, such as !Ref, become what they are short for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[3] / "scripts" / "aws" / "lakehouse.yml"


class Loader(yaml.SafeLoader):
    """Reads the short forms."""


def _expand(loader: Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


Loader.add_multi_constructor("!", _expand)


def template() -> dict[str, Any]:
    """Return the whole template."""
    return yaml.load(TEMPLATE.read_text(), Loader)  # noqa: S506 - a loader of ours, on a file of ours
