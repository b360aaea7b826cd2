"""What an officer sees of a dossier: all of it, on one sheet; each look is in the log."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

from processor.domain.access.officer import Officer
from processor.domain.dossier import Attachment, Dossier
from processor.domain.errors import NotFound
from processor.domain.events import Event
from processor.domain.opened import OpenedDossier
from processor.domain.reply import may_publish
from processor.domain.scanning import refuse_closed
from processor.services.appraisal.log import known_dossier, record
from processor.services.intake.duplicates import others_like
from processor.services.parts import Wired
from processor.storage.desk.budgets import envelope_of
from processor.storage.desk.clocks import clock_of
from processor.storage.desk.comments import comments_of
from processor.storage.desk.decisions import decision_of, payee_of
from processor.storage.desk.queue import mark_answered
from processor.storage.desk.replies import consents_of, reply_to
from processor.storage.desk.sheets import proposal_of, sheet_of
from processor.storage.desk.slips import slips_of
from processor.storage.dossiers.dossiers import events_of
from processor.storage.dossiers.supplements import supplements_of
from processor.storage.engine import Connection, reading, writing

ONE_LOOK = timedelta(minutes=15)
"""An officer who comes back to a page within this time is still looking at it: one entry in the log."""


def view_dossier(wired: Wired, officer: Officer, reference: str) -> OpenedDossier:
    """For an officer's eyes: the look is recorded. Raises NotFound."""
    opened = open_dossier(wired, reference)
    if not looked_lately(wired, opened.events, officer):
        with writing(wired.engine) as connection:
            record(wired, connection, opened.dossier, officer, "viewed", data={"why": why(opened.dossier, officer)})
            if opened.dossier.holder == officer.name:
                mark_answered(connection, opened.dossier.id, None)
        opened = open_dossier(wired, reference)
    return opened


def why(dossier: Dossier, officer: Officer) -> str:
    """Under which duty somebody looks."""
    if dossier.holder == officer.name:
        return "holder"
    return officer.role


def looked_lately(wired: Wired, events: Sequence[Event], officer: Officer) -> bool:
    """Since the organisation last did something: that has not been looked at."""
    since, actor = wired.clock() - ONE_LOOK, f"officer:{officer.name}"
    later = takewhile(lambda event: event.actor != "applicant", reversed(events))
    return any(event.kind == "viewed" and event.actor == actor and event.at > since for event in later)


def open_dossier(wired: Wired, reference: str) -> OpenedDossier:
    with reading(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        proposal = proposal_of(connection, dossier.id)
        year = proposal.year if proposal else wired.today().year
        return OpenedDossier(
            dossier=dossier,
            form=wired.definitions.get(dossier.form_id, dossier.form_version, connection),
            events=events_of(connection, dossier.id),
            others=others_like(connection, dossier),
            supplements=supplements_of(connection, dossier.id),
            sheet=sheet_of(connection, dossier.id),
            proposal=proposal,
            comments=comments_of(connection, dossier.id),
            slips=slips_of(connection, dossier.id),
            clock=clock_of(connection, dossier.id),
            decision=decision_of(connection, dossier.id),
            payee=payee_of(connection, dossier.id),
            envelope=envelope_of(connection, year),
            year=year,
            reply=reply_to(connection, dossier.id),
            may_publish=may_publish(consents_of(connection, dossier.id)),
        )


def find_attachment(
    wired: Wired, officer: Officer, reference: str, attachment_id: str, event: str = "file_opened"
) -> Attachment:
    """A file of this dossier; the opening is recorded.

    Raises NotFound for files of another dossier, Conflict for one that may not be opened.
    """
    with writing(wired.engine) as connection:
        dossier = known_dossier(connection, reference)
        found = next((file for file in dossier.attachments if file.id == attachment_id), None)
        if found is None:
            raise NotFound("not_found")
        refuse_closed(found, wired.settings.without_scanner)
        if event == "file_opened" or not seen_before(connection, wired, dossier, officer, found.id):
            record(wired, connection, dossier, officer, event, data={"attachment": found.id})
    return found


def seen_before(connection: Connection, wired: Wired, dossier: Dossier, officer: Officer, attachment_id: str) -> bool:
    """Turning the pages of one file is one look."""
    since, actor = wired.clock() - ONE_LOOK, f"officer:{officer.name}"
    return any(
        event.kind == "page_viewed" and event.actor == actor and event.at > since and attachment_id in event.data
        for event in events_of(connection, dossier.id)
    )
