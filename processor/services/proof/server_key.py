"""The server's key: one for all machines of an installation, and the one that the database's signing keys come from.

With another one a machine would hand out access codes, links and receipts that the others do not know.
"""

import os
import secrets
from pathlib import Path

from processor.domain.errors import HotroError
from processor.domain.signature import signer_of
from processor.settings import Settings
from processor.storage.engine import Connection
from processor.storage.signing_keys import every_key

WAY = "Chép server.key từ thư mục dữ liệu của máy đang phục vụ vào {folder}, quyền 600, rồi chạy lại: {page}."
PAGE = "docs/ky-thuat/may-chu.md#khoa-may-chu"


class OtherServerKey(HotroError):
    """The text says what to copy."""


def refuse_other_key(connection: Connection, settings: Settings) -> None:
    """Before a key is made here. A database without signing keys takes any. Raises OtherServerKey."""
    in_use = [key for key in every_key(connection) if key.valid_to is None]
    held = held_key(settings)
    if in_use and not (held and any(signer_of(key, held) for key in in_use)):
        raise other_key(settings, held)


def other_key(settings: Settings, held: bytes | None) -> OtherServerKey:
    here = "HOTRO_SECRET_KEY" if settings.secret_key else str(key_file(settings))
    what = f"{here} không phải khóa máy chủ của cơ sở dữ liệu này" if held else f"Máy này chưa có khóa máy chủ ({here})"
    way = WAY.format(folder=settings.data, page=PAGE)
    first = "Bỏ HOTRO_SECRET_KEY. " if settings.secret_key else ""
    return OtherServerKey(f"{what} (mã server_key_other). {first}{way}")


def held_key(settings: Settings) -> bytes | None:
    """None where one would be made."""
    if settings.secret_key:
        return settings.secret_key.encode()
    return key_file(settings).read_bytes() if key_file(settings).exists() else None


def server_key(settings: Settings) -> bytes:
    """Made once, readable by the owner alone; of two processes starting at once, one makes it."""
    return held_key(settings) or key_made(key_file(settings))


def key_file(settings: Settings) -> Path:
    return settings.data / "server.key"


def key_made(path: Path) -> bytes:
    made = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
        os.fsync(file.fileno())
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    return path.read_bytes()
