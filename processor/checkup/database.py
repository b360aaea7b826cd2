"""The database: is it there, will it remember, is it of this program's age; does the clock agree with it?"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from processor.checkup.finding import Finding, error, of_trouble, ok, warning
from processor.domain.errors import HotroError, Unavailable
from processor.domain.vietnamese import moment
from processor.services.proof.server_key import OtherServerKey, refuse_other_key
from processor.settings import Settings
from processor.storage.address import UnusableDatabase
from processor.storage.dossiers.dossiers import newest_moment
from processor.storage.durability import said_of, settings_off
from processor.storage.engine import Connection, open_engine, reading, room_for_connections
from processor.storage.outbox import mail_figures
from processor.storage.schema import current, newest, refuse_unknown, suits
from processor.storage.transfer.standing import hindrance_of, standing_of
from processor.troubles import of_database

# Half a minute is what the codes of an authenticator app forgive.
AHEAD = timedelta(seconds=30)
FEWEST_PROCESSES = 3
"""Two that serve, and a command of whoever runs it."""
YEARS = range(2026, 2100)


def database(settings: Settings) -> Iterator[Finding]:
    """Asked once; a file that is not there is not made."""
    if settings.database_file and not settings.database_file.exists():
        yield warning("database_missing", f"Chưa có {settings.database_file}", "hotro serve sẽ tạo khi chạy lần đầu.")
        return
    try:
        engine = open_engine(settings.database)
    except UnusableDatabase as wrong:
        yield error("database_url", str(wrong), "Sửa HOTRO_DATABASE_URL.")
        return
    try:
        with reading(engine) as connection:
            yield ok("database", "Cơ sở dữ liệu trả lời")
            yield from in_a_move(connection)
            yield from durability(connection)
            yield from connections(room_for_connections(connection), settings.database_connections)
            yield from of_this_age(connection, settings)
    except Unavailable as trouble:
        yield of_trouble(of_database(trouble))
    finally:
        engine.dispose()


def durability(connection: Connection) -> Iterator[Finding]:
    off = settings_off(connection)
    if off:
        yield error("database_not_durable", said_of(off), "hotro serve từ chối chạy cho tới lúc đó.")
    else:
        yield ok("durability", "Điều đã ghi không mất khi mất điện, nếu ổ đĩa giữ lời")


def in_a_move(connection: Connection) -> Iterator[Finding]:
    if hindrance := hindrance_of(standing_of(connection)):
        yield error("database_moved", hindrance, "hotro serve từ chối chạy cho tới lúc đó.")


def connections(room: int | None, each: int) -> Iterator[Finding]:
    """`each` process takes so many, and one more to hear of new work."""
    if room is None:
        return
    processes = room // (each + 1)
    told = f"PostgreSQL nhận {room} kết nối; mỗi tiến trình dùng tới {each + 1}, đủ cho {processes} tiến trình"
    if processes < FEWEST_PROCESSES:
        yield warning("database_connections", told, "Tăng max_connections hoặc giảm HOTRO_DATABASE_CONNECTIONS.")
    else:
        yield ok("database_connections", f"{told} của mọi máy")


def of_this_age(connection: Connection, settings: Settings) -> Iterator[Finding]:
    """What is in the tables can only be read once they are this program's."""
    found = current(connection)
    try:
        refuse_unknown(connection)
    except HotroError as newer:
        yield error("schema_newer", str(newer), "")
        return
    if not suits(connection):
        yield error(
            "schema_old", f"Cơ sở dữ liệu ở bản {found or 'trống'}, chương trình cần {newest()}", "Chạy hotro migrate."
        )
        return
    ahead = "" if found == newest() else ", mới hơn chương trình ở phần chương trình không cần"
    yield ok("schema", f"Cơ sở dữ liệu hợp với chương trình (bản {found}{ahead})")
    yield from same_key(connection, settings)
    yield from clock(newest_moment(connection), datetime.now(UTC))
    yield from backlog(mail_figures(connection))


def same_key(connection: Connection, settings: Settings) -> Iterator[Finding]:
    try:
        refuse_other_key(connection, settings)
    except OtherServerKey as other:
        yield error("server_key_other", str(other), "hotro serve từ chối chạy cho tới lúc đó.")


def clock(last: datetime | None, now: datetime) -> Iterator[Finding]:
    """`last` is when the newest event happened: it cannot lie ahead."""
    remedy = "Bật đồng bộ giờ (timedatectl set-ntp true) rồi chạy lại Hotro."
    if now.year not in YEARS:
        yield error("clock_wrong", f"Đồng hồ máy chỉ {moment(now)}", remedy)
    elif last and last > now + AHEAD:
        yield error(
            "clock_behind", f"Đồng hồ máy chỉ {moment(now)}, trước việc mới nhất đã ghi lúc {moment(last)}", remedy
        )
    else:
        yield ok("clock", f"Đồng hồ máy chỉ {moment(now)}, không trước việc nào đã ghi")


def backlog(figures: dict[str, int]) -> Iterator[Finding]:
    told = f"{figures['waiting']} thư đang chờ, {figures['given_up']} thư đã thôi gửi"
    if figures["given_up"]:
        yield warning("mail_given_up", told, "Xem lý do ở /can-bo/thu.")
    else:
        yield ok("mail_backlog", told)
