"""The lake that is made and built where no other is named."""

from __future__ import annotations

import os
import shlex
from pathlib import Path


def default_lake() -> Path:
    """Return the folder that TICKIT_LAKE names, or lake; a lake in S3 is made in a folder and sent."""
    named = os.environ.get("TICKIT_LAKE", "")
    return Path("lake" if not named or named.startswith("s3://") else named)


def next_command(lake: Path) -> str:
    """Return the command that builds this lake."""
    return "make run" if lake == default_lake() else f"TICKIT_LAKE={shlex.quote(str(lake))} make run"
