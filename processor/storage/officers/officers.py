"""Officers and their sessions. A session's token is stored as a hash; ending it really ends it."""

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, delete, insert, select, update

from processor.domain.access.officer import ADMIN, Officer, Session
from processor.storage.engine import Connection
from processor.storage.tables.core import officers, sessions

HANDLE = 16


def insert_officer(
    connection: Connection,
    name: str,
    role: str,
    password_hash: str,
    now: datetime,
    email: str | None = None,
    oidc_subject: str | None = None,
    given: bool = False,
) -> None:
    """`given`: the program made the password."""
    row = {"name": name, "role": role, "password_hash": password_hash, "disabled": False, "created_at": now}
    row |= {"email": email, "oidc_subject": oidc_subject, "password_given_at": now if given else None}
    connection.execute(insert(officers), row)


def officer_named(connection: Connection, name: str) -> tuple[Officer, str] | None:
    """The officer and the hash of the password."""
    return first_officer(connection, officers.c.name == name)


def officer_numbered(connection: Connection, officer_id: int) -> tuple[Officer, str] | None:
    return first_officer(connection, officers.c.id == officer_id)


def officer_of_subject(connection: Connection, subject: str) -> Officer | None:
    found = first_officer(connection, officers.c.oidc_subject == subject)
    return found[0] if found else None


def first_officer(connection: Connection, condition: ColumnElement[bool]) -> tuple[Officer, str] | None:
    row = connection.execute(select(officers).where(condition)).mappings().first()
    return (officer_of(row), row[officers.c.password_hash]) if row else None


def officer_of(row: RowMapping) -> Officer:
    return Officer(
        row[officers.c.id],
        row[officers.c.name],
        row[officers.c.role],
        row[officers.c.disabled],
        row[officers.c.email],
        row[officers.c.totp_confirmed_at] is not None,
        row[officers.c.oidc_subject] is not None,
        row[officers.c.password_given_at] is not None,
    )


def every_officer(connection: Connection) -> list[Officer]:
    return [officer_of(row) for row in connection.execute(select(officers).order_by(officers.c.name)).mappings()]


def working_admins(connection: Connection) -> list[int]:
    """Who may manage officers. Held until the transaction ends: of two admins who go at once, one stays."""
    able = (officers.c.role == ADMIN) & officers.c.disabled.is_(False)
    wanted = select(officers.c.id).where(able).order_by(officers.c.id)
    return list(connection.execute(wanted.with_for_update()).scalars())


def in_turn(connection: Connection, officer_id: int) -> None:
    """What this officer sends twice at the same moment comes one after the other, until the transaction ends."""
    connection.execute(select(officers.c.id).where(officers.c.id == officer_id).with_for_update())


def change_password(
    connection: Connection, officer_id: int, password_hash: str, staying: str = "", given_at: datetime | None = None
) -> None:
    """Ends every session but the one called `staying`. `given_at` of one that the program made."""
    new = {"password_hash": password_hash, "password_given_at": given_at}
    connection.execute(update(officers).where(officers.c.id == officer_id).values(new))
    if staying:
        end_sessions_but(connection, officer_id, staying)
    else:
        end_sessions(connection, officer_id)


def disable_officer(connection: Connection, officer_id: int) -> None:
    connection.execute(update(officers).where(officers.c.id == officer_id).values(disabled=True))
    end_sessions(connection, officer_id)


def enable_officer(connection: Connection, officer_id: int) -> None:
    connection.execute(update(officers).where(officers.c.id == officer_id).values(disabled=False))


def give_role(connection: Connection, officer_id: int, role: str) -> None:
    connection.execute(update(officers).where(officers.c.id == officer_id).values(role=role))


def give_email(connection: Connection, officer_id: int, email: str | None) -> None:
    connection.execute(update(officers).where(officers.c.id == officer_id).values(email=email))


def end_sessions(connection: Connection, officer_id: int) -> None:
    connection.execute(delete(sessions).where(sessions.c.officer_id == officer_id))


def end_sessions_but(connection: Connection, officer_id: int, handle: str) -> int:
    """How many ended."""
    others = (sessions.c.officer_id == officer_id) & ~sessions.c.token_hash.startswith(handle)
    return connection.execute(delete(sessions).where(others)).rowcount


def end_session_called(connection: Connection, officer_id: int, handle: str) -> bool:
    """Of the officer's own; False when there is none."""
    this = (sessions.c.officer_id == officer_id) & sessions.c.token_hash.startswith(handle, autoescape=True)
    return len(handle) == HANDLE and connection.execute(delete(sessions).where(this)).rowcount > 0


def insert_session(
    connection: Connection, token_hash: str, officer_id: int, csrf: str, now: datetime, agent: str = ""
) -> None:
    row = {"token_hash": token_hash, "officer_id": officer_id, "csrf": csrf, "started_at": now, "seen_at": now}
    connection.execute(insert(sessions), row | {"agent": agent})


def find_session(connection: Connection, token_hash: str) -> Session | None:
    found = sessions_where(connection, sessions.c.token_hash == token_hash)
    return found[0] if found else None


def sessions_of(connection: Connection, officer_id: int) -> list[Session]:
    """The one used last comes first; those that lapsed are among them until they are swept."""
    return sessions_where(connection, sessions.c.officer_id == officer_id)


def sessions_where(connection: Connection, condition: ColumnElement[bool]) -> list[Session]:
    source = sessions.join(officers, officers.c.id == sessions.c.officer_id)
    wanted = select(officers, sessions).select_from(source).where(condition).order_by(sessions.c.seen_at.desc())
    return [session_of(row) for row in connection.execute(wanted).mappings()]


def session_of(row: RowMapping) -> Session:
    return Session(
        officer_of(row),
        row[sessions.c.csrf],
        row[sessions.c.started_at],
        row[sessions.c.seen_at],
        row[sessions.c.agent] or "",
        row[sessions.c.token_hash][:HANDLE],
    )


def touch_session(connection: Connection, token_hash: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))


def end_session(connection: Connection, token_hash: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def delete_sessions_before(connection: Connection, started_before: datetime, seen_before: datetime) -> int:
    lapsed = (sessions.c.started_at < started_before) | (sessions.c.seen_at < seen_before)
    return connection.execute(delete(sessions).where(lapsed)).rowcount
