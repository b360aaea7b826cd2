"""A database that may forget what it has acknowledged is refused: a receipt that is shown must be true.

So is one that cannot hold Vietnamese: PostgreSQL made without a locale takes every byte and knows no letter.
"""

from collections.abc import Sequence

from processor.domain.errors import HotroError
from processor.storage.engine import Connection, Engine, reading

# PostgreSQL 15 manual, 20.5.1: either off, and commits that were reported can be lost.
NEEDED = ("fsync", "synchronous_commit")


class NotDurable(HotroError):
    """The text says which setting, and where to set it."""


class WrongLetters(HotroError):
    """The text says which, and how to make it anew."""


def refuse_undurable(engine: Engine) -> None:
    """Raises NotDurable, WrongLetters, Unavailable. SQLite is set by ourselves, on each connection."""
    with reading(engine) as connection:
        off, encoding = settings_off(connection), encoding_of(connection)
    if off:
        raise NotDurable(said_of(off))
    if encoding != "UTF8":
        raise WrongLetters(
            f"Cơ sở dữ liệu dùng bảng mã {encoding} (mã database_encoding), không giữ được chữ Việt. "
            "Tạo lại: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )


def said_of(off: Sequence[str]) -> str:
    return (
        f"PostgreSQL đang đặt {', '.join(f'{name}=off' for name in off)} (mã database_not_durable): "
        "biên nhận đã hiện ra vẫn có thể mất khi mất điện. Đặt lại thành on trong postgresql.conf, "
        "hoặc bằng ALTER DATABASE, ALTER ROLE nếu đã đặt ở đó, rồi chạy lại."
    )


def settings_off(connection: Connection) -> list[str]:
    """As they hold for our sessions: they can be set for a database or a role too."""
    if connection.dialect.name != "postgresql":
        return []
    return [name for name in NEEDED if connection.exec_driver_sql(f"SHOW {name}").scalar_one() == "off"]


def encoding_of(connection: Connection) -> str:
    if connection.dialect.name != "postgresql":
        return "UTF8"
    return str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
