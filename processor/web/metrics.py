"""What is counted. Codes and form ids only, never values."""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("hotro_requests", "Requests by method and status class", ("method", "status"))
SECONDS = Histogram("hotro_request_seconds", "Time from request to answer by method, seconds", ("method",))
REFUSED = Counter("hotro_refused", "Answers that ask to come again later, by status and code", ("status", "code"))
SUBMISSIONS = Counter("hotro_submissions", "Submissions by form and outcome", ("form", "outcome"))
FAULTS = Counter("hotro_faults", "Faults told to applicants, by form and code", ("form", "code"))


def asked(name: str, meaning: str, *labels: str) -> Gauge:
    """Asked of disk and database when the figures are read, so that every process tells the same."""
    return Gauge(name, meaning, labels, multiprocess_mode="mostrecent")


MAIL = asked("hotro_mail", "Notices that wait to be mailed, and given up", "state")
MAIL_AGE = asked("hotro_mail_oldest_seconds", "How long the oldest notice has waited to be mailed, 0: none waits")
BACKUP = asked("hotro_backup_taken_seconds", "When the last complete backup was taken, 0: never")
FREE = asked("hotro_disk_free_bytes", "Room on the fuller disk of the two")
RESERVE = asked("hotro_disk_reserve_bytes", "Below so much room nothing new is taken in")
FILES = asked("hotro_files", "Files by what the scanner says of them", "state")
SCANNER = asked("hotro_scanner_expected", "1 where a scanner is set and files are to be scanned, 0 where none is")
DUE = asked("hotro_dossiers_due", "Open dossiers whose due day has passed or is one of the next working days", "when")
VERIFIED = asked("hotro_verified_seconds", "When hotro verify last looked through everything, 0: never")
MISMATCHES = asked("hotro_verify_mismatches", "What that look found changed or missing")


def everything() -> CollectorRegistry:
    """The figures of all processes of this server."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
