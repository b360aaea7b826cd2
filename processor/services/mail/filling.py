"""What fills a letter about a step of the desk."""

from collections.abc import Mapping
from dataclasses import dataclass

from processor.domain.dossier import Dossier
from processor.domain.errors import HotroError
from processor.domain.notice import DueNotice
from processor.domain.reply import Reply
from processor.domain.vietnamese import day
from processor.domain.vietnamese import money as in_words
from processor.services.parts import Wired
from processor.storage.desk.decisions import decision_of
from processor.storage.desk.replies import reply_to
from processor.storage.dossiers.dossiers import events_of
from processor.storage.engine import Connection


class Pointless(HotroError):
    """This notice never needs to be sent; the text says why."""


@dataclass(frozen=True)
class Filling:
    values: Mapping[str, str]
    variant: str | None = None


def of_step(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    return Filling({})


def of_reasons(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    """With the reason that was given at that step."""
    kinds = {one.notice: one.event for one in wired.catalogue.workflow.transitions}
    wanted = kinds[due.notice]
    told = [event for event in events_of(connection, dossier.id) if event.kind == wanted and event.at <= due.created_at]
    if not told:
        raise Pointless("không còn việc này trong nhật ký")
    return Filling({"reasons": (told[-1].note or "chưa ghi").rstrip(".")})


def of_reply(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    """As it stands now: an answer that was mended meanwhile is told as it was mended."""
    reply = reply_to(connection, dossier.id) or Reply()
    return Filling(
        {
            "answer": reply.answer or "chưa ghi",
            "forwarded_to": reply.forwarded_to or "chưa ghi",
            "reasons": (reply.forward_reason or "chưa ghi").rstrip("."),
        }
    )


def of_decision(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    decision = decision_of(connection, dossier.id)
    if decision is None or decision.decided_on is None or decision.document_no is None:
        raise Pointless("quyết định chưa có số")
    mine = next(line for line in decision.lines if line.dossier_id == dossier.id)
    return Filling(
        {
            "amount": in_words(mine.amount or 0),
            "reasons": mine.reason.rstrip(".") or "chưa ghi",
            "decision_no": decision.document_no,
            "decision_date": day(decision.decided_on),
        }
    )
