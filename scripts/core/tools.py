"""Where the command-line tools of the virtual environment are."""

from __future__ import annotations

import sysconfig
from pathlib import Path

from scripts.core.errors import TickitError


def tool(name: str) -> str:
    """Return the path of a tool that requirements.txt brings; raise TickitError if it is not installed."""
    path = Path(sysconfig.get_path("scripts")) / name
    if not path.exists():
        raise TickitError(f"{path} is missing: remove .venv and run `make run` to make the virtual environment again.")
    return str(path)
