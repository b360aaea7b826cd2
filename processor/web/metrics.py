"""What is counted. Codes and form ids only, never values."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("hotro_requests", "Requests by method and status class", ("method", "status"))
SECONDS = Histogram("hotro_request_seconds", "Time from request to answer, seconds")
SUBMISSIONS = Counter("hotro_submissions", "Submissions by form and outcome", ("form", "outcome"))
FAULTS = Counter("hotro_faults", "Faults told to applicants, by form and code", ("form", "code"))
