"""Columns whose values are encrypted on their way to the database, when the engine has a seal.

A value that was written before there was a key is read as it stands, so that old and new may lie side by side.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Dialect, Engine, Text, TypeDecorator

from processor.storage.at_rest.key import AtRestFault, Seal

MARK = "\x1fhotro:"
"""No text that people send holds a control sign."""
SEALED = "hotro.sealed"
"""No field of a form has a full stop in its name."""


def seal_engine(engine: Engine, seal: Seal | None) -> None:
    engine.dialect.hotro_seal = seal  # type: ignore[attr-defined]


def seal_of(dialect: Dialect) -> Seal | None:
    found: Seal | None = getattr(dialect, "hotro_seal", None)
    return found


def closed_words(dialect: Dialect, place: str, words: str) -> str | None:
    """None without a key."""
    seal = seal_of(dialect)
    return base64.b64encode(seal.closed(place, words.encode())).decode() if seal else None


def opened_words(dialect: Dialect, place: str, closed: str) -> str:
    """Raises AtRestFault."""
    seal = seal_of(dialect)
    if seal is None:
        raise AtRestFault("Dữ liệu ở đây đã mã hóa. Đặt HOTRO_AT_REST_KEY là tệp khóa đã dùng.")
    return seal.opened(place, base64.b64decode(closed)).decode()


class SealedText(TypeDecorator[str]):
    """`place` is table and column."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        closed = closed_words(dialect, self.place, value)
        return value if closed is None else MARK + closed

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not value.startswith(MARK):
            return value
        return opened_words(dialect, self.place, value.removeprefix(MARK))


class SealedJSON(TypeDecorator[Any]):
    """A document closed as a whole; the values of `clear` stand beside it, for the database to count by."""

    impl = JSON
    cache_ok = True

    def __init__(self, place: str, clear: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.place = place
        self.clear = clear

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        closed = closed_words(dialect, self.place, json.dumps(value, ensure_ascii=False))
        if closed is None:
            return value
        beside = {name: value[name] for name in self.clear if isinstance(value, Mapping) and name in value}
        return {SEALED: closed, **beside}

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if not isinstance(value, Mapping) or SEALED not in value:
            return value
        return json.loads(opened_words(dialect, self.place, value[SEALED]))
