"""The authenticator app of an officer: its secret as sealed by the server, and the last time step that opened."""

from datetime import datetime

from sqlalchemy import select, update

from processor.storage.engine import Connection
from processor.storage.tables.core import officers


def app_secret(connection: Connection, officer_id: int) -> str | None:
    """Sealed; whether it was confirmed or still waits for its first code."""
    secret: str | None = connection.execute(select(officers.c.totp_secret).where(officers.c.id == officer_id)).scalar()
    return secret


def offer_secret(connection: Connection, officer_id: int, sealed: str) -> None:
    """For the first code to confirm. One that was confirmed stays."""
    open_one = (officers.c.id == officer_id) & officers.c.totp_confirmed_at.is_(None)
    connection.execute(update(officers).where(open_one).values(totp_secret=sealed, totp_step=None))


def confirm_secret(connection: Connection, officer_id: int, sealed: str, step: int, now: datetime) -> bool:
    """False when another secret was offered meanwhile, or one was confirmed."""
    offered = (officers.c.totp_secret == sealed) & officers.c.totp_confirmed_at.is_(None)
    changed = update(officers).where((officers.c.id == officer_id) & offered)
    return connection.execute(changed.values(totp_confirmed_at=now, totp_step=step)).rowcount == 1


def use_step(connection: Connection, officer_id: int, step: int) -> bool:
    """Each time step opens once, and none opens after a later one."""
    unused = officers.c.totp_step.is_(None) | (officers.c.totp_step < step)
    changed = update(officers).where((officers.c.id == officer_id) & unused)
    return connection.execute(changed.values(totp_step=step)).rowcount == 1


def forget_secret(connection: Connection, officer_id: int) -> None:
    nothing = {"totp_secret": None, "totp_confirmed_at": None, "totp_step": None}
    connection.execute(update(officers).where(officers.c.id == officer_id).values(nothing))
