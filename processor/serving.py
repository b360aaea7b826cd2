"""What one worker process of `hotro serve` loads: the application, and none of the other commands."""

from starlette.types import ASGIApp

from processor.console import set_up_log, settings
from processor.web.app import create_app
from processor.web.site import Site
from processor.wiring import wire
from processor.worker import beside_server


def served() -> ASGIApp:
    """The application of one worker process."""
    chosen = settings()
    set_up_log(chosen)
    return create_app(wire(chosen), Site(chosen.site), beside_server)
