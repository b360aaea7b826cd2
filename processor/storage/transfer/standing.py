"""Where a database stands in a move: it gives, it takes, it has gone. Two that both serve would part for good."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import inspect

from processor.domain.errors import HotroError
from processor.domain.vietnamese import moment
from processor.storage.closing import MOVED
from processor.storage.engine import Connection, Engine, reading
from processor.storage.marks import marked_value, put_mark

MARK = "move"


class MoveFault(HotroError):
    """A move that cannot begin or go on; the text says why and what to do."""


class MovedAway(HotroError):
    """Nobody may work with this database; the text says with which."""


@dataclass(frozen=True)
class Standing:
    """`id` is of the move, the same on both sides; `other` the address of the other side, without its password."""

    id: str
    role: Literal["source", "target"]
    other: str
    begun_at: str
    done_at: str | None = None

    def done(self, now: datetime) -> "Standing":
        return replace(self, done_at=now.isoformat())


def standing_of(connection: Connection) -> Standing | None:
    """None where no move ever came by, or there are no tables yet."""
    if not inspect(connection).has_table("marks"):
        return None
    written = marked_value(connection, MARK)
    return Standing(**json.loads(written)) if written else None


def put_standing(connection: Connection, standing: Standing) -> None:
    put_mark(connection, MARK, json.dumps(asdict(standing)))


def refuse_moved(engine: Engine) -> None:
    """Raises MovedAway for what has gone elsewhere, and for what has not come whole."""
    with reading(engine) as connection:
        hindrance = hindrance_of(standing_of(connection))
    if hindrance:
        raise MovedAway(hindrance)


def hindrance_of(standing: Standing | None) -> str:
    """Why nobody may work here, and what to do; empty when everybody may."""
    if standing and standing.role == "target" and standing.done_at is None:
        return (
            f"Cơ sở dữ liệu này đang nhận dữ liệu từ {standing.other}, chưa xong (mã database_half_moved). "
            "Ở nơi cũ, chạy tiếp hotro migrate --to."
        )
    if standing and standing.role == "source" and standing.done_at:
        return (
            f"Dữ liệu ở đây đã chuyển sang {standing.other} lúc {moment(datetime.fromisoformat(standing.done_at))} "
            "(mã database_moved). Đặt HOTRO_DATABASE_URL là cơ sở dữ liệu đó; muốn quay lại: hotro migrate --back."
        )
    return ""


def close_for_good(connection: Connection) -> None:
    """From its commit on SQLite takes no write of any process, also of those that have it open."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA user_version = {MOVED}")


def has_moved(connection: Connection) -> bool:
    """What works here must leave the files alone: they belong to the other now."""
    standing = standing_of(connection)
    return standing is not None and standing.role == "source" and standing.done_at is not None


def reopen(engine: Engine) -> None:
    """It takes what comes again, as if no move had been."""
    with reading(engine) as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA user_version = 0")
        connection.exec_driver_sql(f"DELETE FROM marks WHERE name = '{MARK}'")
        connection.commit()
