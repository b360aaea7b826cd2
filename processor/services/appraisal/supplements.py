"""A supplement: what the office asks for in addition, and what the organisation sends. Only the asked items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from processor.domain.access.credentials import derived
from processor.domain.access.officer import Officer
from processor.domain.dossier import Attachment, Dossier, Draft
from processor.domain.errors import Conflict, Fault, InvalidAnswers, Unavailable
from processor.domain.events import canonical, next_event, salted_hash
from processor.domain.forms.absences import Absences
from processor.domain.forms.definition import FormDefinition, Item
from processor.domain.forms.submission import Typed
from processor.domain.supplement import AskedItem, Supplement
from processor.domain.tracked import Tracked
from processor.domain.vietnamese import iso, moment
from processor.services.appraisal.log import locked_dossier
from processor.services.appraisal.steps import Given, carry_out, take_step
from processor.services.intake.drafts import draft_token, is_open, new_draft
from processor.services.intake.uploads import ReceivedFile, check_files, keep
from processor.services.parts import Wired
from processor.storage.desk.queue import mark_answered
from processor.storage.dossiers.dossiers import append_event, dossier_numbered, last_event
from processor.storage.dossiers.drafts import DraftExists, hand_over, insert_draft, mark_sent, typed_now
from processor.storage.dossiers.supplements import (
    add_files,
    close_supplement,
    insert_supplement,
    open_supplement,
    put_asked,
)
from processor.storage.dossiers.uploads import draft_attachments
from processor.storage.engine import Connection, reading, writing
from processor.storage.files.named import gone_unless_named
from processor.storage.outbox import enqueue

SUPPLEMENT = "supplement"
ASK, ANSWER = "request_supplement", "answer_supplement"


@dataclass(frozen=True)
class Answering:
    """A supplement that waits for its answer: the dossier, its form, what is asked."""

    dossier: Dossier
    form: FormDefinition
    supplement: Supplement

    @property
    def open_items(self) -> list[AskedItem]:
        """What is asked and has not come yet, neither as a file nor as a reason why it is missing."""
        return [asked for asked in self.supplement.asked if asked.came_at is None]

    def item(self, asked: AskedItem) -> Item:
        return self.form.items_by_id[asked.item_id]


@dataclass(frozen=True)
class Answered:
    """What was taken; `left` is what is still asked for."""

    dossier: Dossier
    number: int
    attachments: Sequence[Attachment]
    explained: Sequence[str]
    left: Sequence[AskedItem]


def ask(
    wired: Wired,
    officer: Officer,
    reference: str,
    asked: Sequence[AskedItem],
    answer_by: datetime | None = None,
    seen: int | None = None,
) -> None:
    """One transaction: the request, the status, the clock, the event, the slip, the notice.

    Raises Forbidden, InvalidAnswers, Conflict when the dossier is not held by this officer or not at that step.
    """
    rows = [vars(one) for one in asked]

    def along(connection: Connection, dossier: Dossier) -> None:
        insert_supplement(connection, dossier.id, rows, wired.clock().replace(microsecond=0), answer_by)

    opened = known_dossier_of(wired, reference)
    refuse_unclear(wired, wired.definitions.get(opened.form_id, opened.form_version), asked)
    data = {
        "items": [one.item_id for one in asked],
        "asked": salted_hash(opened.salt, canonical(rows)),
    }
    take_step(wired, officer, reference, ASK, Given(seen=seen, data=data), along)


def known_dossier_of(wired: Wired, reference: str) -> Dossier:
    with reading(wired.engine) as connection:
        return locked_dossier(connection, reference)


def refuse_unclear(wired: Wired, form: FormDefinition, asked: Sequence[AskedItem]) -> None:
    """Each item names what is wrong with it and what to do. Raises InvalidAnswers."""
    say, reasons = wired.catalogue.messages.say, wired.catalogue.workflow.supplement_reasons
    faults = [
        Fault(one.item_id, "supplement_unclear", say("supplement_unclear", item=form.items_by_id[one.item_id].title))
        for one in asked
        if one.item_id in form.items_by_id and (one.reason not in reasons or not one.text)
    ]
    if not asked or any(one.item_id not in form.items_by_id for one in asked):
        faults = [Fault("items", "supplement_nothing_asked", say("supplement_nothing_asked"))]
    if faults:
        raise InvalidAnswers(faults)


def answering(wired: Wired, dossier_id: int) -> Answering:
    """Raises Conflict("supplement_not_asked") when nothing waits for an answer."""
    with reading(wired.engine) as connection:
        return answering_in(wired, connection, dossier_id)


def answering_in(wired: Wired, connection: Connection, dossier_id: int) -> Answering:
    dossier = dossier_numbered(connection, dossier_id)
    supplement = open_supplement(connection, dossier_id)
    if supplement is None or dossier.status != "supplement_requested":
        raise Conflict("supplement_not_asked")
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    return Answering(dossier, form, supplement)


def start_answer(wired: Wired, seen: Tracked) -> str:
    """The token of the draft that gathers the answer, the same one each time. Raises Conflict."""
    asked = answering(wired, seen.dossier.id)
    seed = derived(wired.server_key, SUPPLEMENT, f"{seen.dossier.id}\0{asked.supplement.number}").hex()
    token = draft_token(wired, seed)
    if not is_open(wired, token):
        try:
            with writing(wired.engine) as connection:
                insert_draft(connection, new_draft(wired, asked.form, {}, seed, seen.dossier.id, SUPPLEMENT))
        except DraftExists:
            raise Unavailable() from None  # lapsed, and removed within minutes
    return token


def send_answer(wired: Wired, draft: Draft) -> Answered:
    """What the draft holds goes to the office. Raises InvalidAnswers when it holds nothing, Conflict."""
    assert draft.dossier_id is not None
    with writing(wired.engine) as connection:
        # Held from here on: the same post at the same time waits, and then finds nothing left to send.
        last_event(connection, draft.dossier_id)
        typed = typed_now(connection, draft.id)
        asked = answering_in(wired, connection, draft.dossier_id)
        absences = Absences(asked.form, typed, wired.catalogue.messages, wired.today())
        open_ids = {one.item_id for one in asked.open_items}
        files = [file for file in draft_attachments(connection, draft.id) if file.item_id in open_ids]
        refuse_empty(wired, files, absences, open_ids)
        taken = take(wired, connection, asked, files, absences.reasons, open_ids)
        hand_over(connection, draft.id, asked.dossier.id, [file.id for file in files], asked.supplement.number)
        if taken.left:
            return taken
        if not mark_sent(connection, draft.id, asked.dossier.reference):
            raise Conflict("already_sent", time=moment(draft.updated_at))
    return taken


def answer_at_once(wired: Wired, dossier_id: int, typed: Typed, files: Sequence[ReceivedFile]) -> Answered:
    """The same for programs, without a draft; all files have been inspected. Raises InvalidAnswers, Conflict."""
    asked = answering(wired, dossier_id)
    open_ids = {one.item_id for one in asked.open_items}
    absences = Absences(asked.form, typed, wired.catalogue.messages, wired.today())
    sound, faults = check_files(wired, asked.form, files)
    faults += [not_asked(wired, file.field, file.name) for file in files if file.field not in open_ids]
    if faults or absences.faults:
        raise InvalidAnswers([*faults, *absences.faults])
    refuse_empty(wired, [file.received for file in sound], absences, open_ids)
    rows = keep(wired, sound)
    with gone_unless_named(wired.store, [row["id"] for row in rows]), writing(wired.engine) as connection:
        last_event(connection, dossier_id)
        if answering_in(wired, connection, dossier_id).open_items != asked.open_items:
            raise Conflict("supplement_not_asked")
        kept = [Attachment(**row) for row in rows]
        taken = take(wired, connection, asked, kept, absences.reasons, open_ids)
        add_files(connection, dossier_id, asked.supplement.number, rows)
    return taken


def not_asked(wired: Wired, field: str, name: str) -> Fault:
    text = wired.catalogue.messages.say("file_unexpected", file=name, field=field[:60])
    return Fault(field, "file_unexpected", text)


def refuse_empty(wired: Wired, files: Sequence[object], absences: Absences, open_ids: set[str]) -> None:
    if absences.faults:
        raise InvalidAnswers(absences.faults)
    if not files and not open_ids & set(absences.reasons):
        text = wired.catalogue.messages.say("supplement_empty")
        raise InvalidAnswers([Fault("", "supplement_empty", text)])


def take(
    wired: Wired,
    connection: Connection,
    asked: Answering,
    files: Sequence[Attachment],
    reasons: Mapping[str, str],
    open_ids: set[str],
) -> Answered:
    """The event, the reasons, and back to where the dossier was once nothing is asked any more."""
    now = wired.clock().replace(microsecond=0)
    dossier = asked.dossier
    came = {file.item_id for file in files}
    explained = {item: reason for item, reason in reasons.items() if item in open_ids - came}
    left = [one for one in asked.open_items if one.item_id not in came | set(explained)]
    data: dict[str, Any] = {
        "number": asked.supplement.number,
        "attachments": [{name: getattr(file, name) for name in ("id", "item_id", "size", "sha256")} for file in files],
    }
    if explained:
        data["explained"] = salted_hash(dossier.salt, canonical(explained))
    answered = came | set(explained)
    rows = [answered_row(one, answered, explained, iso(now)) for one in asked.supplement.asked]
    put_asked(connection, dossier.id, asked.supplement.number, rows)
    mark_answered(connection, dossier.id, now)
    answer = wired.catalogue.workflow.transition(ANSWER)
    if left:
        previous = last_event(connection, dossier.id)
        append_event(connection, dossier.id, next_event(previous, answer.event, "applicant", now, dossier.salt, data))
        enqueue(connection, "answered", now, dossier_id=dossier.id)
    else:
        close_supplement(connection, dossier.id, asked.supplement.number, now)
        carry_out(wired, connection, dossier, answer, Given(data=data))
    return Answered(dossier, asked.supplement.number, files, sorted(explained), left)


def answered_row(one: AskedItem, answered: set[str], explained: Mapping[str, str], at: str) -> dict[str, Any]:
    if one.came_at or one.item_id not in answered:
        return vars(one)
    return {**vars(one), "came_at": at, "explained": explained.get(one.item_id, "")}
