"""What officers do with a dossier: find it, claim it, release it, accept it or refuse it at intake."""

from dataclasses import dataclass

from processor.domain.definition import FormDefinition
from processor.domain.dossier import Attachment, Dossier, QueueLine
from processor.domain.errors import Conflict, Fault, Forbidden, InvalidAnswers, NotFound
from processor.domain.events import Event, next_event
from processor.domain.officer import Officer
from processor.domain.reference import parse_reference
from processor.domain.supplement import Supplement
from processor.domain.vietnamese import moment
from processor.services.accounts import ROLES
from processor.services.duplicates import others_like
from processor.services.parts import Wired
from processor.storage.dossiers import append_event, change_status, events_of, find_dossier, last_event
from processor.storage.engine import Connection, reading, writing
from processor.storage.queue import QueueFilter, claim, holder_of, queue_count, queue_lines, release
from processor.storage.supplements import supplements_of

MAY_HANDLE = ("intake", "appraiser", "admin")
LONGEST_REASON = 2000


@dataclass(frozen=True)
class OpenedDossier:
    """A dossier as it was asked: with the version of the form it was sent under; `others` may be the same matter."""

    dossier: Dossier
    form: FormDefinition
    events: list[Event]
    others: list[str]
    supplements: list[Supplement]


def list_queue(wired: Wired, wanted: QueueFilter) -> tuple[list[QueueLine], int]:
    """One page of the queue, oldest first, and how many there are in all."""
    with reading(wired.engine) as connection:
        return queue_lines(connection, wanted), queue_count(connection, wanted)


def open_dossier(wired: Wired, reference: str) -> OpenedDossier:
    with reading(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        events = events_of(connection, dossier.id)
        asked = supplements_of(connection, dossier.id)
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    return OpenedDossier(dossier, form, events, others_like(wired, dossier), asked)


def known_dossier(connection: Connection, reference: str) -> Dossier:
    dossier = find_dossier(connection, parse_reference(reference))
    if dossier is None:
        raise NotFound("not_found")
    return dossier


def claim_dossier(wired: Wired, officer: Officer, reference: str) -> None:
    """Raises Conflict("already_claimed") naming the holder; claiming what one holds changes nothing."""
    must_handle(officer)
    with writing(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        if claim(connection, dossier.id, officer.id, wired.clock()):
            record(wired, connection, dossier, officer, "claimed")
            return
        holder = holder_of(connection, dossier.id)
        if holder is None or holder[0] == officer.name:
            return
        raise Conflict("already_claimed", officer=holder[0], time=moment(holder[1]))


def release_dossier(wired: Wired, officer: Officer, reference: str) -> None:
    must_handle(officer)
    with writing(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        if not release(connection, dossier.id, officer.id):
            raise Conflict("not_holder")
        record(wired, connection, dossier, officer, "released")


def accept(wired: Wired, officer: Officer, reference: str) -> None:
    """Take a dossier in for appraisal. Raises Conflict when it is not at intake or not held by this officer."""
    decide_intake(wired, officer, reference, "accepted", None)


def refuse(wired: Wired, officer: Officer, reference: str, reason: str) -> None:
    """Refuse at intake; the organisation reads the reason. Raises InvalidAnswers without one."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        code = "text_too_long" if reason.strip() else "reason_required"
        figures = {"actual": str(len(reason)), "max": str(LONGEST_REASON), "over": str(len(reason) - LONGEST_REASON)}
        text = wired.catalogue.messages.say(code, label="Lý do", **figures)
        raise InvalidAnswers([Fault("reason", code, text)])
    decide_intake(wired, officer, reference, "refused_at_intake", reason.strip())


def decide_intake(wired: Wired, officer: Officer, reference: str, status: str, reason: str | None) -> None:
    must_handle(officer)
    with writing(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        if dossier.holder != officer.name:
            raise Conflict("not_holder")
        if dossier.kind != "dossier" or not change_status(connection, dossier.id, "submitted", status, wired.clock()):
            label = wired.catalogue.status(dossier.kind, dossier.status).label
            raise Conflict("step_not_allowed", status=label)
        record(wired, connection, dossier, officer, status, reason)
        if status == "refused_at_intake":
            release(connection, dossier.id, officer.id)


def find_attachment(wired: Wired, officer: Officer, reference: str, attachment_id: str) -> Attachment:
    """A file of this dossier; the opening is recorded. Raises NotFound for files of another dossier."""
    with writing(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        found = next((file for file in dossier.attachments if file.id == attachment_id), None)
        if found is None:
            raise NotFound("not_found")
        record(wired, connection, dossier, officer, "file_opened", data={"attachment": found.id})
    return found


def record(
    wired: Wired,
    connection: Connection,
    dossier: Dossier,
    officer: Officer,
    kind: str,
    note: str | None = None,
    data: dict[str, str] | None = None,
) -> None:
    previous = last_event(connection, dossier.id)
    event = next_event(previous, kind, f"officer:{officer.name}", wired.clock(), dossier.salt, data, note)
    append_event(connection, dossier.id, event)


def must_handle(officer: Officer) -> None:
    if officer.role not in MAY_HANDLE:
        raise Forbidden("role_missing", role=" hoặc ".join(ROLES[role] for role in MAY_HANDLE[:2]))
