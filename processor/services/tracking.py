"""What an applicant sees with reference and access code, or with the receipt's secret link."""

from dataclasses import dataclass

from processor.domain.credentials import matches, normal_access_code, secret_hash
from processor.domain.definition import FormDefinition
from processor.domain.dossier import Dossier
from processor.domain.errors import NotFound
from processor.domain.events import Event
from processor.domain.reference import parse_reference
from processor.services.parts import Wired
from processor.storage.dossiers import dossier_with_receipt, events_of, find_dossier
from processor.storage.engine import reading

TOLD_TO_APPLICANTS = ("submitted", "accepted", "refused_at_intake")
NOBODYS_HASH = secret_hash("nobody")


@dataclass(frozen=True)
class Tracked:
    """`events` are those that concern the applicant."""

    dossier: Dossier
    form: FormDefinition
    events: list[Event]


def track(wired: Wired, reference: str, access_code: str) -> Tracked:
    """Raises Refused("reference_mistyped"), and NotFound("status_not_found") alike for a wrong code and no dossier."""
    written = parse_reference(reference)
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, written)
        stored = dossier.access_code_hash if dossier else NOBODYS_HASH
        if not matches(normal_access_code(access_code), stored) or dossier is None:
            raise NotFound("status_not_found")
        events = events_of(connection, dossier.id)
    return tracked(wired, dossier, events)


def receipt_at(wired: Wired, token: str) -> Tracked:
    """Raises NotFound("not_found")."""
    with reading(wired.engine) as connection:
        dossier = dossier_with_receipt(connection, secret_hash(token))
        if dossier is None:
            raise NotFound("not_found")
        events = events_of(connection, dossier.id)
    return tracked(wired, dossier, events)


def tracked(wired: Wired, dossier: Dossier, events: list[Event]) -> Tracked:
    told = [event for event in events if event.kind in TOLD_TO_APPLICANTS]
    return Tracked(dossier, wired.definitions.get(dossier.form_id, dossier.form_version), told)
