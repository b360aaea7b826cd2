"""What is before the Director, decided one by one or together, as (title, HTML of the article)."""

from collections.abc import Sequence

from processor.domain.access.officer import Session
from processor.domain.catalogue import Catalogue
from processor.domain.figures.budget import Envelope
from processor.domain.forms.submission import Typed
from processor.domain.slips.decision import WaitingProposal
from processor.domain.vietnamese import money
from processor.rendering.pages import Page
from processor.rendering.templating import render


def choose_page(
    catalogue: Catalogue,
    session: Session,
    waiting: Sequence[WaitingProposal],
    envelopes: Sequence[Envelope],
    chosen: Sequence[str],
    typed: Typed,
    error: str,
    asking: str,
) -> Page:
    """`asking` is the step whose question is put; `error` why it was not taken."""
    picked = [one for one in waiting if one.reference in chosen]
    total = money(sum(one.amount for one in picked))
    labels = {name: catalogue.workflow.transition(name).label for name in ("approve", "reject")}
    html = render(
        "desk/decisions.html",
        session=session,
        waiting=waiting,
        envelopes=[one for one in envelopes if one.year in {proposal.year for proposal in waiting}],
        chosen=chosen,
        picked=picked,
        total=total,
        labels=labels,
        reason=(typed.get("reason") or [""])[0],
        error=error,
        asking=asking,
        may_decide=session.officer.role in catalogue.workflow.transition("approve").roles,
    )
    return ("Lỗi: Chờ quyết định" if error else "Chờ quyết định"), html
