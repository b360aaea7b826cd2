"""Tokens of programs: only their hashes are stored; revoking really ends them."""

from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, insert, select, update

from processor.domain.access.program import ProgramToken
from processor.storage.engine import Connection
from processor.storage.officers.officers import officer_of
from processor.storage.tables.core import officers
from processor.storage.tables.exchange import officer_tokens


def insert_token(connection: Connection, officer_id: int, label: str, token_hash: str, now: datetime) -> None:
    row = {"officer_id": officer_id, "label": label, "token_hash": token_hash, "created_at": now}
    connection.execute(insert(officer_tokens), row)


def token_with(connection: Connection, token_hash: str) -> ProgramToken | None:
    """None when it was revoked, or there never was one."""
    held = (officer_tokens.c.token_hash == token_hash) & officer_tokens.c.revoked_at.is_(None)
    return next(iter(tokens_where(connection, held)), None)


def tokens_of(connection: Connection, officer_id: int) -> list[ProgramToken]:
    """That still open something, oldest first."""
    held = (officer_tokens.c.officer_id == officer_id) & officer_tokens.c.revoked_at.is_(None)
    return tokens_where(connection, held)


def every_token(connection: Connection) -> list[ProgramToken]:
    """The revoked ones too, oldest first."""
    return tokens_where(connection, officer_tokens.c.id > 0)


def tokens_where(connection: Connection, condition: ColumnElement[bool]) -> list[ProgramToken]:
    source = officer_tokens.join(officers, officers.c.id == officer_tokens.c.officer_id)
    wanted = select(officers, officer_tokens).select_from(source).where(condition).order_by(officer_tokens.c.id)
    return [token_from(row) for row in connection.execute(wanted).mappings()]


def token_from(row: RowMapping) -> ProgramToken:
    return ProgramToken(
        row[officer_tokens.c.id],
        officer_of(row),
        row[officer_tokens.c.label],
        row[officer_tokens.c.created_at],
        row[officer_tokens.c.used_at],
        row[officer_tokens.c.revoked_at],
    )


def touch_token(connection: Connection, token_id: int, now: datetime) -> None:
    connection.execute(update(officer_tokens).where(officer_tokens.c.id == token_id).values(used_at=now))


def revoke_token(connection: Connection, token_id: int, now: datetime, officer_id: int | None = None) -> bool:
    """False when it opens nothing any more; only of that officer, when one is named."""
    this = (officer_tokens.c.id == token_id) & officer_tokens.c.revoked_at.is_(None)
    if officer_id is not None:
        this &= officer_tokens.c.officer_id == officer_id
    return connection.execute(update(officer_tokens).where(this).values(revoked_at=now)).rowcount == 1
