"""Codes that open once in place of the authenticator app; only their hashes are kept."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update

from processor.storage.engine import Connection
from processor.storage.tables.desk import recovery_codes


def replace_recovery_codes(connection: Connection, officer_id: int, code_hashes: Sequence[str]) -> None:
    """The old ones open nothing any more; without new ones there are none."""
    connection.execute(delete(recovery_codes).where(recovery_codes.c.officer_id == officer_id))
    if code_hashes:
        rows = [{"officer_id": officer_id, "code_hash": code_hash} for code_hash in code_hashes]
        connection.execute(insert(recovery_codes), rows)


def use_recovery_code(connection: Connection, officer_id: int, code_hash: str, now: datetime) -> bool:
    """True once for each code."""
    this = (recovery_codes.c.officer_id == officer_id) & (recovery_codes.c.code_hash == code_hash)
    changed = update(recovery_codes).where(this & recovery_codes.c.used_at.is_(None)).values(used_at=now)
    return connection.execute(changed).rowcount == 1


def recovery_codes_left(connection: Connection, officer_id: int) -> int:
    unused = (recovery_codes.c.officer_id == officer_id) & recovery_codes.c.used_at.is_(None)
    return connection.execute(select(func.count()).select_from(recovery_codes).where(unused)).scalar_one()
