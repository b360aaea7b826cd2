"""What an applicant sees: by reference and access code, by the pass those two give, by the receipt's secret link."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import TypeVar

from processor.domain.access.credentials import matches, new_token, normal_access_code, secret_hash
from processor.domain.access.viewing_pass import issue_pass, read_pass
from processor.domain.days.clock import Reckoning
from processor.domain.dossier import Attachment, Dossier
from processor.domain.errors import Forbidden, NotFound
from processor.domain.how_far import HowFar
from processor.domain.reference import parse_reference
from processor.domain.slips.decision import Decision
from processor.domain.supplement import Supplement
from processor.domain.tracked import Tracked
from processor.services.appraisal.timing import limit, reckoned
from processor.services.parts import Wired
from processor.storage.desk.clocks import clock_of
from processor.storage.desk.decisions import decision_of, payee_of
from processor.storage.desk.replies import reply_to
from processor.storage.dossiers.dossiers import access_code_hash, events_of, find_dossier
from processor.storage.dossiers.how_far import stated, told_of
from processor.storage.dossiers.supplements import open_supplement
from processor.storage.engine import Connection, Engine, reading
from processor.storage.glance import glancing

T = TypeVar("T")
NOBODYS_HASH = secret_hash(new_token())
"""Of a code that nobody was given."""


def track(wired: Wired, reference: str, access_code: str) -> Tracked:
    """Raises Refused("reference_mistyped"), and NotFound("status_not_found") alike for a wrong code and no dossier."""
    return opened(wired, reference, access_code, whole, reading)


def follow(wired: Wired, reference: str, access_code: str) -> HowFar:
    """How far it is, without the dossier. Raises as `track` does."""
    return opened(wired, reference, access_code, how_far, glancing)


def opened(
    wired: Wired,
    reference: str,
    access_code: str,
    read: Callable[[Wired, Connection, str], T],
    connecting: Callable[[Engine], AbstractContextManager[Connection]],
) -> T:
    written, code = parse_reference(reference), normal_access_code(access_code)
    with connecting(wired.engine) as connection:
        stored = access_code_hash(connection, written) or NOBODYS_HASH
        if not matches(code, stored):
            raise NotFound("status_not_found")
        return read(wired, connection, written)


def whole(wired: Wired, connection: Connection, reference: str) -> Tracked:
    return tracked(wired, connection, there(connection, reference))


def how_far(wired: Wired, connection: Connection, reference: str) -> HowFar:
    """Raises NotFound as `there` does."""
    dossier = stated(connection, reference)
    if dossier is None:
        raise NotFound("status_not_found")
    words = wired.catalogue.event_words
    return HowFar(
        reference=dossier.reference,
        official_code=dossier.official_code,
        status=dossier.status,
        paid_on=dossier.paid_on,
        received_at=dossier.received_at,
        form=wired.definitions.get(dossier.form_id, dossier.form_version, connection),
        events=[event for event in told_of(connection, dossier.id) if words(dossier.kind, event.kind)],
        supplement=asked_in(connection, dossier.id, dossier.status),
        due=promised(wired, connection, dossier.id),
    )


def asked_in(connection: Connection, dossier_id: int, status: str) -> Supplement | None:
    return open_supplement(connection, dossier_id) if status == "supplement_requested" else None


def there(connection: Connection, reference: str) -> Dossier:
    """Raises NotFound for one that was erased this very moment."""
    dossier = find_dossier(connection, reference)
    if dossier is None:
        raise NotFound("status_not_found")
    return dossier


def pass_for(wired: Wired, dossier: Dossier) -> str:
    """Holds for HOTRO_VIEW_MINUTES from now on."""
    expires_at = wired.clock() + timedelta(minutes=wired.settings.view_minutes)
    return issue_pass(wired.server_key, dossier.reference, dossier.access_code_hash, expires_at)


def track_by_pass(wired: Wired, text: str) -> Tracked:
    """Raises Forbidden: "viewing_needed" without a pass, "viewing_lapsed" when it no longer holds."""
    claimed = read_pass(text)
    if claimed is None:
        raise Forbidden("viewing_needed")
    with reading(wired.engine) as connection:
        stored = access_code_hash(connection, claimed.reference) or NOBODYS_HASH
        if not claimed.holds(wired.server_key, stored, wired.clock()):
            raise Forbidden("viewing_lapsed")
        return tracked(wired, connection, there(connection, claimed.reference))


def tracked(wired: Wired, connection: Connection, dossier: Dossier) -> Tracked:
    words = wired.catalogue.event_words
    told = [event for event in events_of(connection, dossier.id) if words(dossier.kind, event.kind)]
    asked = asked_in(connection, dossier.id, dossier.status)
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    decision, payee = decision_of(connection, dossier.id), payee_of(connection, dossier.id)
    reply = reply_to(connection, dossier.id) if dossier.kind == "feedback" else None
    return Tracked(dossier, form, told, asked, decision, payee, promised(wired, connection, dossier.id), reply)


def promised(wired: Wired, connection: Connection, dossier_id: int) -> Reckoning | None:
    """The due day, once the time limit is a verified fact."""
    clock = None if limit(wired).internal else clock_of(connection, dossier_id)
    if clock is None or clock.stopped_at:
        return None
    return reckoned(wired, clock)


def signed_scan_of(decision: Decision | None) -> Attachment:
    """The signed decision as a file. Raises NotFound while there is none."""
    if decision is None or decision.scan is None or decision.recorded_at is None:
        raise NotFound("not_found")
    return Attachment(item_id="signed_scan", received_at=decision.recorded_at, **vars(decision.scan))


def sent_file(dossier: Dossier, attachment_id: str) -> Attachment:
    """A file of this dossier. Raises NotFound for files of another one."""
    found = next((file for file in dossier.attachments if file.id == attachment_id), None)
    if found is None:
        raise NotFound("not_found")
    return found
