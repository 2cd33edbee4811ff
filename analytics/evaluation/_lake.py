"""Whether the generator's truth holds for the lake: it does for a synthetic one alone."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.lake.errors import LakeError
from scripts.lake.writing import read_manifest

NO_TRUTH = (
    "Nothing says that the lake is a synthetic one: there is no truth to compare with, and this part is left out."
)


def is_synthetic() -> bool:
    """Return whether the lake of TICKIT_LAKE, from which the warehouse was built, is synthetic."""
    try:
        return read_manifest(Path(os.environ.get("TICKIT_LAKE", "lake"))).get("source") == "synthetic"
    except LakeError:
        return False
