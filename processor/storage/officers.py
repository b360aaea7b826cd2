"""Officers and their sessions. A session's token is stored as a hash; ending it really ends it."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update

from processor.domain.officer import Officer, Session
from processor.storage.engine import Connection
from processor.storage.tables import officers, sessions


def insert_officer(connection: Connection, name: str, role: str, password_hash: str, now: datetime) -> None:
    row = {"name": name, "role": role, "password_hash": password_hash, "disabled": False, "created_at": now}
    connection.execute(insert(officers), row)


def officer_named(connection: Connection, name: str) -> tuple[Officer, str] | None:
    """The officer and the hash of the password."""
    row = connection.execute(select(officers).where(officers.c.name == name)).mappings().first()
    if row is None:
        return None
    return Officer(row["id"], row["name"], row["role"], row["disabled"]), row["password_hash"]


def every_officer(connection: Connection) -> list[Officer]:
    wanted = select(officers.c.id, officers.c.name, officers.c.role, officers.c.disabled).order_by(officers.c.name)
    return [Officer(*row) for row in connection.execute(wanted)]


def change_password(connection: Connection, officer_id: int, password_hash: str) -> None:
    connection.execute(update(officers).where(officers.c.id == officer_id).values(password_hash=password_hash))
    end_sessions(connection, officer_id)


def disable_officer(connection: Connection, officer_id: int) -> None:
    connection.execute(update(officers).where(officers.c.id == officer_id).values(disabled=True))
    end_sessions(connection, officer_id)


def end_sessions(connection: Connection, officer_id: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.officer_id == officer_id))


def insert_session(connection: Connection, token_hash: str, officer_id: int, csrf: str, now: datetime) -> None:
    row = {"token_hash": token_hash, "officer_id": officer_id, "csrf": csrf, "started_at": now, "seen_at": now}
    connection.execute(insert(sessions), row)


def find_session(connection: Connection, token_hash: str) -> Session | None:
    source = sessions.join(officers, officers.c.id == sessions.c.officer_id)
    wanted = select(officers, sessions).select_from(source).where(sessions.c.token_hash == token_hash)
    row = connection.execute(wanted).mappings().first()
    if row is None:
        return None
    officer = Officer(row[officers.c.id], row[officers.c.name], row[officers.c.role], row[officers.c.disabled])
    return Session(officer, row[sessions.c.csrf], row[sessions.c.started_at], row[sessions.c.seen_at])


def touch_session(connection: Connection, token_hash: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def end_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_sessions_before(connection: Connection, started_before: datetime, seen_before: datetime) -> int:
    lapsed = (sessions.c.started_at < started_before) | (sessions.c.seen_at < seen_before)
    return connection.execute(delete(sessions).where(lapsed)).rowcount
