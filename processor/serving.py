"""What one worker process of `hotro serve` loads: the application, and none of the other commands."""

import sys

from starlette.types import ASGIApp

from processor.console import set_up_log, settings
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import wire
from processor.worker import beside_server

SWITCHING = 0.0005
"""Seconds for which a thread may compute while another waits. With Python's own 5 ms, whoever comes back from the disk
waits that long for the one that reads requests, at every file and every row.
"""


def served() -> ASGIApp:
    """The application of one worker process."""
    sys.setswitchinterval(SWITCHING)
    chosen = settings()
    set_up_log(chosen)
    return create_app(wire(chosen), Site(chosen.site), beside_server)
