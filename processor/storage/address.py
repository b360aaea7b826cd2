"""The address of a database, read and checked before anything connects; what is wrong is told without its password."""

from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from processor.domain.errors import HotroError

FORM = "Viết sqlite:///ĐƯỜNG_DẪN hoặc postgresql://TÊN:MẬT_KHẨU@MÁY/CƠ_SỞ_DỮ_LIỆU"
OF_POSTGRESQL = ("postgresql", "postgres")


class UnusableDatabase(HotroError):
    """The address, or this installation, cannot open any database; the text says why, with a stable code."""


def read_address(written: str) -> URL:
    """Of SQLite the address of a file; of PostgreSQL one that our driver takes. Raises UnusableDatabase."""
    try:
        address = make_url(written)
    except (ArgumentError, ValueError):
        raise wrong("không đọc được") from None
    if address.get_backend_name() == "sqlite":
        return file_address(address)
    if address.get_backend_name() in OF_POSTGRESQL:
        return server_address(address)
    raise wrong(f"bắt đầu bằng “{address.drivername[:20]}”")


def wrong(why: str) -> UnusableDatabase:
    return UnusableDatabase(f"Địa chỉ cơ sở dữ liệu (HOTRO_DATABASE_URL) {why} (mã database_url_wrong). {FORM}.")


def file_address(address: URL) -> URL:
    if not address.database or address.database == ":memory:":
        raise wrong("không nêu tệp")
    return address


def server_address(address: URL) -> URL:
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import make_conninfo
    except ImportError as missing:
        raise UnusableDatabase(
            f"Thiếu thư viện psycopg để nối PostgreSQL (mã database_driver_missing). Chạy make install. {missing}"
        ) from None
    options = {name: value if isinstance(value, str) else value[-1] for name, value in address.query.items()}
    try:
        make_conninfo(**options)
    except ProgrammingError as refused:
        raise wrong(f"có phần sau dấu ? không dùng được: {refused}") from None
    return address.set(drivername="postgresql+psycopg")


def shown(address: URL) -> str:
    """For people: without its password; of a file only where it lies."""
    if address.get_backend_name() == "sqlite":
        return str(Path(str(address.database)).absolute())
    return address.set(drivername="postgresql", query={}).render_as_string(hide_password=True)
