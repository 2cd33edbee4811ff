"""Every macro is in a file of its name, and is described with its arguments."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

MACROS = Path(__file__).parent.parent / "macros"
SIGNATURE = re.compile(r"{% macro (\w+)\(([^)]*)\) %}")


def test_every_macro_is_described_in_its_folder() -> None:
    for folder in {file.parent for file in MACROS.rglob("*.sql")}:
        written = {
            name: [argument.split("=")[0].strip() for argument in arguments.split(",") if argument]
            for file in folder.glob("*.sql")
            for name, arguments in SIGNATURE.findall(file.read_text())
        }
        described = {
            macro["name"]: [argument["name"] for argument in macro.get("arguments", []) if argument["description"]]
            for file in folder.glob("_*.yml")
            for macro in yaml.safe_load(file.read_text())["macros"]
            if macro["description"]
        }
        assert written == described


def test_every_macro_stands_in_a_file_of_its_name() -> None:
    for file in MACROS.rglob("*.sql"):
        names = [name for name, _ in SIGNATURE.findall(file.read_text())]
        assert names in ([file.stem], [file.stem, f"default__{file.stem}"])


def test_the_readme_has_every_key_of_external() -> None:
    known = re.search(
        r'unknown_keys\("external", external, \[(.*?)\]',
        (MACROS / "declaration" / "unknown_options.sql").read_text(),
        re.DOTALL,
    )
    assert known
    described = re.findall(r"^\| `external\.(\w+)` \|", (MACROS.parent / "README.md").read_text(), re.MULTILINE)
    assert sorted(re.findall(r'"(\w+)"', known[1])) == sorted(described)
