"""What is counted. Codes and form ids only, never values."""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("hotro_requests", "Requests by method and status class", ("method", "status"))
SECONDS = Histogram("hotro_request_seconds", "Time from request to answer, seconds")
SUBMISSIONS = Counter("hotro_submissions", "Submissions by form and outcome", ("form", "outcome"))
FAULTS = Counter("hotro_faults", "Faults told to applicants, by form and code", ("form", "code"))
# Asked of the database when the figures are read, so that every process tells the same.
MAIL = Gauge("hotro_mail", "Notices that wait to be mailed, and given up", ("state",), multiprocess_mode="mostrecent")


def everything() -> CollectorRegistry:
    """The figures of all processes of this server."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
