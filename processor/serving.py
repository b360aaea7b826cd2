"""What one worker process of `hotro serve` loads: the application, and none of the other commands."""

import gc

from starlette.types import ASGIApp

from processor.console import set_up_log, settings
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import wire
from processor.worker import beside_server

GARBAGE = 60_000
"""New objects before Python looks for cycles among them. At its own 700, with what was read at the start looked through
again and again, that was an eighth of the work for a submission. Those of 32 submissions at work are 20,000.
"""


def served() -> ASGIApp:
    """The application of one worker process."""
    chosen = settings()
    set_up_log(chosen)
    made = create_app(wire(chosen), Site(chosen.site), beside_server)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)
    return made
