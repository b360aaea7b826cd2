"""Feedback is answered or forwarded; with the sender's consent question and answer are published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from processor.domain.access.officer import Officer
from processor.domain.dossier import Dossier
from processor.domain.errors import Conflict, NotFound
from processor.domain.events import next_event, salted_hash
from processor.domain.forms.submission import Typed
from processor.domain.reply import PublishedAnswer, Reply, may_publish
from processor.domain.vietnamese import listed
from processor.services.appraisal.desk_answers import fault, read_act
from processor.services.appraisal.log import known_dossier, locked_dossier, refuse_reader
from processor.services.appraisal.steps import refuse_stale
from processor.services.parts import Wired
from processor.storage.desk.replies import consents_of, published_answers, put_reply, reply_to
from processor.storage.dossiers.dossiers import append_event, change_status, end_claim, last_event
from processor.storage.engine import Connection, reading, writing
from processor.storage.outbox import enqueue

ANSWER, FORWARD = "answer_feedback", "forward_feedback"
SOURCES: Mapping[str, tuple[str, ...]] = {
    ANSWER: ("submitted", "forwarded", "answered"),
    FORWARD: ("submitted", "answered"),
}
PUBLISH, KEEP = "publish", "keep"
"""The two options of the field `publish` in forms/desk.yml."""


def answer_so_far(wired: Wired, reference: str) -> Typed:
    """The answer that stands, to be mended. Raises NotFound for what is no feedback."""
    with reading(wired.engine) as connection:
        dossier = known_feedback(known_dossier(connection, reference))
        reply = reply_to(connection, dossier.id)
    if reply is None or reply.answer is None:
        return {}
    return {
        "clause": [reply.clause or ""],
        "answer": [reply.answer],
        "publish": [PUBLISH if reply.public_question else KEEP],
        "public_question": [reply.public_question or ""],
    }


def known_feedback(dossier: Dossier) -> Dossier:
    if dossier.kind != "feedback":
        raise NotFound("not_found")
    return dossier


def answer_feedback(wired: Wired, officer: Officer, reference: str, typed: Typed, seen: int | None = None) -> None:
    """A new answer takes the place of the one before. `seen` is the last event that its page showed; None: not checked.

    Raises Forbidden, NotFound, Conflict, InvalidAnswers; then nothing has changed.
    """
    refuse_reader(officer)
    told = read_act(wired, ANSWER, typed)
    now = wired.clock().replace(microsecond=0)
    with writing(wired.engine) as connection:
        dossier = ready(wired, connection, reference, ANSWER, seen)
        public = told["publish"] == PUBLISH
        if public and not may_publish(consents_of(connection, dossier.id)):
            raise fault(wired, ANSWER, "publish", "publication_not_agreed")
        reply = replace(
            reply_to(connection, dossier.id) or Reply(),
            clause=told.get("clause") or None,
            answer=told["answer"],
            answered_at=now,
            public_question=told["public_question"] if public else None,
            published_at=now if public else None,
        )
        data = {"answer": salted_hash(dossier.salt, told["answer"]), "published": public}
        carry_out(connection, officer, dossier, "answered", reply, now, data)


def forward_feedback(wired: Wired, officer: Officer, reference: str, typed: Typed, seen: int | None = None) -> None:
    """`seen` as in answer_feedback. Raises Forbidden, NotFound, Conflict, InvalidAnswers."""
    refuse_reader(officer)
    told = read_act(wired, FORWARD, typed)
    now = wired.clock().replace(microsecond=0)
    with writing(wired.engine) as connection:
        dossier = ready(wired, connection, reference, FORWARD, seen)
        reply = replace(
            reply_to(connection, dossier.id) or Reply(),
            clause=told.get("clause") or None,
            forwarded_to=told["forwarded_to"],
            forwarded_at=now,
            forward_reason=told["reason"],
        )
        data = {"to": told["forwarded_to"]}
        carry_out(connection, officer, dossier, "forwarded", reply, now, data, told["reason"])


def ready(wired: Wired, connection: Connection, reference: str, act: str, seen: int | None) -> Dossier:
    """As it stands, held until the transaction ends."""
    dossier = known_feedback(locked_dossier(connection, reference))
    if dossier.status not in SOURCES[act]:
        labels = [f"“{wired.catalogue.status('feedback', one).label}”" for one in SOURCES[act]]
        status = wired.catalogue.status("feedback", dossier.status).label
        step = wired.catalogue.desk.titles[act]
        raise Conflict("step_not_allowed", step=step, status=status, wanted=listed(labels))
    refuse_stale(connection, dossier, seen)
    return dossier


def carry_out(
    connection: Connection,
    officer: Officer,
    dossier: Dossier,
    status: str,
    reply: Reply,
    now: datetime,
    data: Mapping[str, Any],
    note: str | None = None,
) -> None:
    """The status, the reply, the event, the letter; nobody holds it any more."""
    if dossier.status != status:
        change_status(connection, dossier.id, dossier.status, status, now)
    put_reply(connection, dossier.id, officer.id, reply)
    previous = last_event(connection, dossier.id)
    append_event(
        connection, dossier.id, next_event(previous, status, f"officer:{officer.name}", now, dossier.salt, data, note)
    )
    enqueue(connection, f"feedback_{status}", now, dossier_id=dossier.id)
    end_claim(connection, dossier.id)


def public_answers(wired: Wired) -> list[PublishedAnswer]:
    with reading(wired.engine) as connection:
        return published_answers(connection)
