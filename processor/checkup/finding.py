"""What a look at one thing found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from processor.settings import Settings
from processor.troubles import Trouble

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """`error`: it does not work, or a receipt could be untrue; `warning`: it works, but somebody should know."""

    level: Level
    code: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.text} (mã {self.code}). {self.remedy}".strip() if self.level != "ok" else f"{self.text}."


Check = Callable[[Settings], Iterator[Finding]]
"""Looks, changes nothing; yields at least one finding."""


def ok(code: str, text: str) -> Finding:
    return Finding("ok", code, text)


def warning(code: str, text: str, remedy: str) -> Finding:
    return Finding("warning", code, text, remedy)


def error(code: str, text: str, remedy: str) -> Finding:
    return Finding("error", code, text, remedy)


def of_trouble(trouble: Trouble) -> Finding:
    return error(trouble.code, trouble.text, trouble.remedy)
