"""What the checks of a draft found so far, kept with the draft; in ids and codes only."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select, update

from processor.domain.dossier import Draft
from processor.storage.dossiers.drafts import draft_from
from processor.storage.engine import Connection
from processor.storage.tables.core import drafts

Document = Mapping[str, Any]


def draft_numbered(connection: Connection, draft_id: int) -> Draft | None:
    row = connection.execute(select(drafts).where(drafts.c.id == draft_id)).mappings().first()
    return None if row is None else draft_from(connection, row)


def held_draft(connection: Connection, draft_id: int) -> Draft | None:
    """As it stands, held until the transaction ends; None when it is gone."""
    connection.execute(select(drafts.c.id).where(drafts.c.id == draft_id).with_for_update())
    return draft_numbered(connection, draft_id)


def put_standing(connection: Connection, draft_id: int, standing: Document) -> None:
    connection.execute(update(drafts).where(drafts.c.id == draft_id).values(standing_faults=dict(standing)))


def add_changed(connection: Connection, draft_id: int, names: Collection[str]) -> None:
    """More fields whose answers changed since the last check; of no interest where no fault stands."""
    standing = connection.execute(select(drafts.c.standing_faults).where(drafts.c.id == draft_id)).scalar()
    if standing and any(standing["faults"].values()):
        changed = sorted({*standing["changed"], *names})
        put_standing(connection, draft_id, {**standing, "changed": changed})
