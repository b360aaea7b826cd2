"""The draft of a decision, filled from its dossiers; number, day and signer are left to the records office."""

from processor.domain.slips.decision import Decision
from processor.domain.slips.decision_texts import DecisionContent, SupportLine
from processor.domain.vietnamese import VIETNAM
from processor.rendering.documents.decision import decision_docx, decision_pdf
from processor.services.parts import Wired
from processor.storage.desk.budgets import envelope_of
from processor.storage.desk.sheets import proposal_of
from processor.storage.dossiers.dossiers import dossier_numbered
from processor.storage.engine import Connection, reading


def draft_docx(wired: Wired, decision: Decision) -> bytes:
    return decision_docx(wired.catalogue, drafted(wired, decision))


def draft_pdf(wired: Wired, decision: Decision) -> bytes:
    return decision_pdf(wired.catalogue, drafted(wired, decision))


def drafted(wired: Wired, decision: Decision) -> DecisionContent:
    agency, year = wired.catalogue.agency, decision.made_at.astimezone(VIETNAM).year
    with reading(wired.engine) as connection:
        lines = tuple(support_line(wired, connection, decision, place) for place in range(len(decision.lines)))
        envelope = envelope_of(connection, money_year(connection, decision, year))
    return DecisionContent(
        outcome="approved" if decision.outcome == "approved" else "rejected",
        department=agency.department,
        agency=agency.name,
        year=year,
        grounds=tuple(wired.catalogue.decision.grounds_of(year)),
        lines=lines,
        reasons=decision.lines[0].reason,
        funding=envelope.document if envelope else None,
        contact=agency.contact,
        place=wired.catalogue.receipt.place,
    )


def money_year(connection: Connection, decision: Decision, otherwise: int) -> int:
    """Of the envelope that the proposals were reserved in, which may be that of the year before."""
    proposed = (proposal_of(connection, line.dossier_id) for line in decision.lines)
    return next((proposal.year for proposal in proposed if proposal), otherwise)


def support_line(wired: Wired, connection: Connection, decision: Decision, place: int) -> SupportLine:
    line = decision.lines[place]
    dossier = dossier_numbered(connection, line.dossier_id)
    support = wired.catalogue.support_types.get(dossier.support_type or "")
    matter = support.title if support else wired.definitions.get(dossier.form_id, dossier.form_version).title
    return SupportLine(dossier.organisation_name, dossier.tax_code, matter, line.amount)
