"""What every command shares: where it prints, how it stops, the settings it reads, the parts it works with."""

import contextlib
from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rich.console import Console

from processor.domain.errors import HotroError, Unavailable
from processor.settings import Settings
from processor.wiring import Wired, wire

OUT = Console(emoji=False)
ERR = Console(stderr=True, soft_wrap=True, emoji=False)


class Stopped(HotroError):
    """A command that cannot go on; the text says why."""


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
def wired() -> Iterator[Wired]:
    try:
        parts = wire(settings())
    except (ImportError, ValueError) as error:
        raise Stopped(f"Không mở được cơ sở dữ liệu hoặc nơi giữ tệp: {error}") from None
    except Unavailable:
        raise Stopped("Không nối được cơ sở dữ liệu. Kiểm tra HOTRO_DATABASE_URL và máy chủ của nó.") from None
    except PermissionError as error:
        raise Stopped(f"Không ghi được {error.filename}. Cấp quyền ghi hoặc đổi HOTRO_DATA.") from None
    try:
        yield parts
    finally:
        parts.engine.dispose()
