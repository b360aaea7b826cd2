"""A dossier as a step finds it, held until the transaction ends, and the entries that the desk writes into its log."""

from collections.abc import Mapping

from processor.domain.access.officer import ADMIN, READER, ROLES, Officer
from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict, Forbidden, NotFound
from processor.domain.events import next_event
from processor.domain.reference import parse_reference
from processor.domain.vietnamese import listed
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import append_event, find_dossier, last_event
from processor.storage.engine import Connection


def known_dossier(connection: Connection, reference: str) -> Dossier:
    dossier = find_dossier(connection, parse_reference(reference))
    if dossier is None:
        raise NotFound("not_found")
    return dossier


def locked_dossier(connection: Connection, reference: str) -> Dossier:
    """As it stands, held until the transaction ends. Raises NotFound."""
    seen = find_dossier(connection, parse_reference(reference))
    if seen is None:
        raise NotFound("not_found")
    last_event(connection, seen.id)
    found = find_dossier(connection, seen.reference)
    assert found is not None
    return found


def refuse_erased(dossier: Dossier) -> None:
    """Raises Conflict("already_erased"): only a tombstone is left."""
    if dossier.erased_at:
        raise Conflict("already_erased", number=dossier.reference)


def refuse_reader(officer: Officer) -> None:
    """Who only reads adds nothing. Raises Forbidden."""
    if officer.role == READER:
        others = [words for role, words in ROLES.items() if role not in (READER, ADMIN)]
        raise Forbidden("role_missing", role=listed(others))


def record(
    wired: Wired,
    connection: Connection,
    dossier: Dossier,
    officer: Officer,
    kind: str,
    note: str | None = None,
    data: Mapping[str, object] | None = None,
) -> None:
    """One entry in the log of the dossier."""
    previous = last_event(connection, dossier.id)
    event = next_event(previous, kind, f"officer:{officer.name}", wired.clock(), dossier.salt, data, note)
    append_event(connection, dossier.id, event)
