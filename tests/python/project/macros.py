"""The project's macros: which a model may call, and what arguments they really have."""

from __future__ import annotations

import ast
import re
from typing import Any

from tests.python.project.manifest import own

# `duckdb__divide` is how `divide` is done on one engine, not a macro to call.
_IMPLEMENTATION = re.compile(r"(default|duckdb|postgres|redshift)__(?P<interface>\w+)")
_SIGNATURE = re.compile(r"{%-?\s*(?:macro|test)\s+\w+\((?P<arguments>.*?)\)\s*-?%}", re.DOTALL)


def interfaces(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the macros that are called by their name; materializations are not."""
    return [
        macro
        for macro in own(manifest, "macros")
        if not _IMPLEMENTATION.fullmatch(macro["name"]) and not macro["name"].startswith("materialization_")
    ]


def implementations(manifest: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """Return the macros that do a dispatched one on some engine, each with the name of that."""
    found = [(macro, _IMPLEMENTATION.fullmatch(macro["name"])) for macro in own(manifest, "macros")]
    return [(macro, match["interface"]) for macro, match in found if match]


def arguments(macro: dict[str, Any]) -> list[str]:
    """Return the names of the arguments as the code has them."""
    signature = _SIGNATURE.search(macro["macro_sql"])
    assert signature, f"{macro['name']} has no signature that can be read"
    # A Jinja signature is a Python one: none and true are names there.
    function = ast.parse(f"def macro({signature['arguments']}): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    return [argument.arg for argument in function.args.args]
