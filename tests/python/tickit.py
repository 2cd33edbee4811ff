"""The command `tickit` as tests call it: in this process, or in one of its own."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scripts.cli import main

# The code of the folder in which it is started, whichever folder the command was installed from.
TICKIT = (sys.executable, "-m", "scripts.cli")


class Command:
    """A command of `tickit`, to be called with its arguments; returns the exit code."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, arguments: Sequence[str] = ()) -> int:
        return main([self.name, *map(str, arguments)])


dashboard = Command("dashboard")
evaluate = Command("evaluate")
inventory = Command("inventory")
land = Command("land")
make_lake = Command("lake")
plots = Command("plots")
print_setup_sql = Command("setup-sql")
raw_fields = Command("raw-fields")
teardown = Command("teardown")
upload = Command("upload")
