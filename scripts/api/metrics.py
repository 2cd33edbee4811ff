"""The metrics of a catalogue, as the API asks for them."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from threading import Lock

from scripts.core.errors import UsageError
from scripts.metrics.semantics import Query, Question, Semantics


class Metrics:
    """MetricFlow's answers in SQL; the same question is worked out once."""

    def __init__(self, semantic_manifest: str, engine: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "semantic_manifest.json")
            file.write_text(semantic_manifest, encoding="utf-8")
            self.semantics = Semantics(file, "redshift" if engine == "redshift" else "duckdb")
        # MetricFlow is not written for several threads.
        self._lock = Lock()
        self._query = lru_cache(1_000)(self.semantics.query)

    def query(self, question: Question) -> Query:
        """Return the SQL of a question; raise UsageError if it has a mistake."""
        with self._lock:
            try:
                return self._query(question)
            except RecursionError as error:
                raise UsageError("the filter is nested too deeply.") from error
