"""What every command shares: where it prints, how it stops, the settings it reads."""

from pydantic import ValidationError
from rich.console import Console

from processor.domain.errors import HotroError
from processor.settings import Settings

OUT = Console(emoji=False)
ERR = Console(stderr=True, soft_wrap=True, emoji=False)


class Stopped(HotroError):
    """A command that cannot go on; the text says why."""


def settings() -> Settings:
    try:
        return Settings()
    except ValidationError as errors:
        names = ", ".join(f"HOTRO_{str(error['loc'][0]).upper()}" for error in errors.errors())
        raise Stopped(f"Biến môi trường sai: {names}. Xem docs/ky-thuat/cai-dat.md.") from None
