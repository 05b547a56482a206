"""Counts for Prometheus.

With several workers each writes its counts to files of its own (in PROMETHEUS_MULTIPROC_DIR, which `dragoman serve`
sets), and whichever answers `/metrics` adds them up.
"""

import os
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.process_collector import ProcessCollector

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# The start of the process tells when each counter began.
disable_created_metrics()  # type: ignore[no-untyped-call]
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
_SECONDS = (0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """What an application counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        more: Any = {"registry": self.registry}
        asked = ("method", "route", "status")
        self.requests = Counter("dragoman_http_requests", "Requests answered.", asked, **more)
        self.seconds = Histogram(
            "dragoman_http_request_seconds", "Time to the end of an answer.", ("route",), buckets=_SECONDS, **more
        )
        self.cached = Counter("dragoman_cache", "Reads: from memory, 304, or run.", ("outcome",), **more)
        self.in_flight = Gauge(
            "dragoman_http_requests_in_flight", "Requests being answered.", multiprocess_mode="livesum", **more
        )
        self.listeners = Gauge(
            "dragoman_feed_listeners", "Streams of changes that are open.", multiprocess_mode="livesum", **more
        )
        self.feed_reads = Counter("dragoman_feed_reads", "Times the changes were read for streams.", **more)
        self.revision = Gauge(
            "dragoman_revision", "Number of the data's last change.", multiprocess_mode="livemax", **more
        )
        if FOLDER not in os.environ:
            ProcessCollector(registry=self.registry)
        self._known: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        key = (method, route, status)
        known = self._known.get(key)
        if known is None:
            labels = (method if method in _METHODS else "other", route, str(status))
            known = self.requests.labels(*labels), self.seconds.labels(route)
            # Clients may invent methods, and there is no end of their names.
            if method in _METHODS:
                self._known[key] = known
        known[0].inc()
        known[1].observe(seconds)

    def count_cache(self, outcome: str) -> None:
        """Count how a read was answered."""
        self.cached.labels(outcome).inc()

    def text(self) -> bytes:
        """All counts of all workers, as Prometheus reads them."""
        if FOLDER not in os.environ:
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)

    def close(self) -> None:
        """Take this worker's live values out of the sum."""
        if FOLDER in os.environ:
            mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]
