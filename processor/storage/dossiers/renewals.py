"""One-time links that give a dossier a new access code."""

from datetime import datetime

from sqlalchemy import insert, select, update

from processor.storage.engine import Connection
from processor.storage.tables.core import code_renewals, dossiers


def insert_renewal(
    connection: Connection, dossier_id: int, seed: str, token_hash: str, now: datetime, expires_at: datetime
) -> None:
    row = {"dossier_id": dossier_id, "seed": seed, "token_hash": token_hash}
    connection.execute(insert(code_renewals), {**row, "created_at": now, "expires_at": expires_at})


def renewal_asked_at(
    connection: Connection, dossier_id: int, asked_at: datetime, now: datetime
) -> tuple[str, datetime] | None:
    """Seed and end of the link asked for at that moment; None once it was used or has lapsed."""
    usable = code_renewals.c.used_at.is_(None) & (code_renewals.c.expires_at > now)
    mine = (code_renewals.c.dossier_id == dossier_id) & (code_renewals.c.created_at == asked_at)
    wanted = select(code_renewals.c.seed, code_renewals.c.expires_at).where(usable & mine)
    row = connection.execute(wanted.order_by(code_renewals.c.id.desc()).limit(1)).first()
    return None if row is None else (row.seed, row.expires_at)


def reference_to_renew(connection: Connection, token_hash: str, now: datetime) -> str | None:
    """The dossier whose code a link would renew; None for a link that is wrong, used or lapsed."""
    opened = select(dossiers.c.reference).join_from(code_renewals, dossiers)
    usable = code_renewals.c.used_at.is_(None) & (code_renewals.c.expires_at > now)
    reference: str | None = connection.execute(
        opened.where((code_renewals.c.token_hash == token_hash) & usable)
    ).scalar_one_or_none()
    return reference


def use_renewal(connection: Connection, token_hash: str, access_code_hash: str, now: datetime) -> str | None:
    """The reference of the dossier, whose other links end too. None for a link not usable: of two at once, one wins."""
    usable = code_renewals.c.used_at.is_(None) & (code_renewals.c.expires_at > now)
    used = update(code_renewals).where((code_renewals.c.token_hash == token_hash) & usable).values(used_at=now)
    dossier_id = connection.execute(used.returning(code_renewals.c.dossier_id)).scalar_one_or_none()
    if dossier_id is None:
        return None
    others = (code_renewals.c.dossier_id == dossier_id) & code_renewals.c.used_at.is_(None)
    connection.execute(update(code_renewals).where(others).values(used_at=now))
    changed = update(dossiers).where(dossiers.c.id == dossier_id).values(access_code_hash=access_code_hash)
    reference: str = connection.execute(changed.returning(dossiers.c.reference)).scalar_one()
    return reference
