"""What the service says of itself: numbers for Prometheus, and a log line for each request, without values."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import orjson
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LOGGER = logging.getLogger("tickit.api")

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Monitoring:
    """The numbers of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter("tickit_requests", "Requests answered.", ["route", "status"], registry=self._registry)
        self._seconds = Histogram(
            "tickit_request_seconds", "Time to an answer.", ["cache"], buckets=_SECONDS, registry=self._registry
        )
        self._cache = Counter(
            "tickit_cache_lookups", "Answers by where they came from.", ["result"], registry=self._registry
        )
        self._ratio = Gauge(
            "tickit_cache_hit_ratio",
            "Share of lookups that the cache answered, since the start.",
            registry=self._registry,
        )
        self._ratio.set_function(self._hit_ratio)
        self._faults = Gauge("tickit_cache_faults", "Times that the cache did not answer.", registry=self._registry)
        self._published = Gauge(
            "tickit_published_versions", "Versions that were opened since the start.", registry=self._registry
        )
        self._hits = self._lookups = 0

    def answered(self, route: str, status: int, cache: str, seconds: float) -> None:
        """Count an answer. ``cache``: hit, shared (with a request that was under way), miss, or none."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(cache).observe(seconds)
        if cache != "none":
            self._cache.labels(cache).inc()
            self._lookups += 1
            self._hits += cache == "hit"

    def opened(self) -> None:
        """Count a version that was opened."""
        self._published.inc()

    def page(self, faults: int) -> bytes:
        """Return the numbers as Prometheus reads them."""
        self._faults.set(faults)
        return generate_latest(self._registry)

    def _hit_ratio(self) -> float:
        return self._hits / self._lookups if self._lookups else 0.0


def log(event: str, level: int = logging.INFO, **about: object) -> None:
    """Write a line of JSON; ``about`` must not hold a value of a request or of the data."""
    LOGGER.log(level, event, extra={"about": about})


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the record as a line of JSON."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "about", {}),
        }
        return orjson.dumps(line, default=str).decode()


def log_to_stderr() -> None:
    """Write the log to stderr, a line of JSON for each event."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json())
    LOGGER.handlers = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
