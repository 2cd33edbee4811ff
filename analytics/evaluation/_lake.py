"""Whether the generator's truth holds for the lake: it does for a synthetic one alone."""

from __future__ import annotations

from pathlib import Path

from scripts.core.errors import TickitError
from scripts.core.settings import lake_location
from scripts.lake.writing import read_manifest

NO_TRUTH = (
    "Nothing says that the lake is a synthetic one: there is no truth to compare with, and this part is left out."
)


def is_synthetic() -> bool:
    """Return whether the lake of TICKIT_LAKE, from which the warehouse was built, is synthetic."""
    try:
        return read_manifest(Path(lake_location())).get("source") == "synthetic"
    except TickitError:
        return False
