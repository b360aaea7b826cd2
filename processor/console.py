"""What every command shares: where it prints, how it stops, the settings it reads, the parts it works with."""

import contextlib
import logging
import sys
from collections.abc import Iterator

import structlog
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.console import Console
from rich.progress import Progress
from structlog.typing import EventDict

from processor.domain.errors import HotroError, Refused, Unavailable
from processor.domain.masking import masked
from processor.settings import Settings
from processor.storage.files.attachments import StoreDown
from processor.troubles import of_database, of_disk, of_store
from processor.wiring import Wired, wire

OUT = Console(emoji=False)
ERR = Console(stderr=True, soft_wrap=True, emoji=False)


def mask_personal(logger: object, method: str, line: EventDict) -> EventDict:
    """Whatever a mail server or a failure repeats of people stays out of the log."""
    return {name: masked(value) if isinstance(value, str) else value for name, value in line.items()}


# A failure is its plain traceback: structlog's own takes seconds to draw one, with the values of all variables.
LOG_STEPS = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    mask_personal,
)


class Stopped(HotroError):
    """A command that cannot go on; the text says why."""


def set_up_log(chosen: Settings) -> None:
    shown = structlog.processors.JSONRenderer() if chosen.log == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*LOG_STEPS, shown],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def settings() -> Settings:
    try:
        return Settings()
    except ValidationError as errors:
        wrong = ", ".join(named(error) for error in errors.errors(include_url=False))
        raise Stopped(f"Biến môi trường sai: {wrong}. Xem docs/ky-thuat/cai-dat.md.") from None


def named(error: ErrorDetails) -> str:
    """The variable, and what to write where the check says it; never the value, which may be a secret."""
    name = f"HOTRO_{str(error['loc'][0]).upper()}"
    return f"{name} ({error['ctx']['error']})" if error["type"] == "value_error" else name


@contextlib.contextmanager
def wired(*, key_lost: bool = False) -> Iterator[Wired]:
    parts = parts_of(settings(), key_lost=key_lost)
    try:
        yield parts
    finally:
        parts.engine.dispose()


def parts_of(chosen: Settings, *, key_lost: bool = False) -> Wired:
    try:
        return wire(chosen, key_lost=key_lost)
    except OSError as error:
        raise Stopped(str(of_disk(error))) from None
    except (ImportError, ValueError) as error:
        raise Stopped(f"Không mở được cơ sở dữ liệu hoặc nơi giữ tệp: {error}") from None
    except StoreDown as down:
        raise Stopped(str(of_store(down))) from None
    except Unavailable as error:
        raise Stopped(str(of_database(error))) from None


@contextlib.contextmanager
def told(parts: Wired) -> Iterator[None]:
    """Codes of the catalogue in its words."""
    try:
        yield
    except Refused as refusal:
        raise Stopped(parts.catalogue.messages.say(refusal.code, **refusal.values)) from None
    except StoreDown as down:
        raise Stopped(str(of_store(down))) from None
    except Unavailable as error:
        raise Stopped(parts.catalogue.messages.say(error.code, minutes="2")) from None


def shown_progress() -> Progress:
    return Progress(console=ERR, transient=True, disable=not ERR.is_terminal)


def tell(words: str) -> None:
    OUT.print(words, markup=False, highlight=False, soft_wrap=True)
