"""What programs of the province read: the event feed, and a dossier as officers see it, by an officer's token."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor.domain.catalogue import Catalogue
from processor.domain.errors import Malformed, NotFound, Refused
from processor.domain.events import Event
from processor.domain.feed import MOST, USUAL, FeedEvent
from processor.domain.opened import OpenedDossier
from processor.domain.slips.decision import Decision
from processor.domain.vietnamese import iso
from processor.services.exchange.feed import read_feed
from processor.services.exchange.programs import program_with, read_dossier
from processor.services.reports.report_files import write_report
from processor.web.context import in_thread, wired_of
from processor.web.desk.report_answers import made_file, year_asked
from processor.web.programs.api import attachment_for_programs, bearer

Endpoint = Callable[[Request], Awaitable[Response]]


def program_only(endpoint: Endpoint) -> Endpoint:
    """The endpoint finds the token's officer and label in `request.state.program`."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        request.state.program = await in_thread(program_with, wired_of(request), bearer(request))
        return await endpoint(request)

    return guarded


@program_only
async def list_events(request: Request) -> Response:
    wired, asked = wired_of(request), request.query_params
    page = await in_thread(read_feed, wired, asked.get("after", ""), limit_asked(asked.get("limit", str(USUAL))))
    told = [event_for_programs(wired.catalogue, event) for event in page.events]
    return JSONResponse({"events": told, "next": page.next, "more": page.more})


def limit_asked(text: str) -> int:
    """Raises Malformed naming the allowed ones."""
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise Malformed("limit_wrong", min="1", max=str(MOST))
    return int(text)


def event_for_programs(catalogue: Catalogue, event: FeedEvent) -> dict[str, Any]:
    return {
        "cursor": event.cursor,
        "type": event.type,
        "at": iso(event.at),
        "reference": event.reference,
        "form_id": event.form_id,
        "status": event.status,
        "national_code": catalogue.status(event.dossier_kind, event.status).national_code,
    }


@program_only
async def show_dossier(request: Request) -> Response:
    wired = wired_of(request)
    try:
        opened = await in_thread(read_dossier, wired, request.state.program, request.path_params["reference"])
    except Refused:
        # A mistyped reference is as unknown as one that was never issued.
        raise NotFound("not_found") from None
    return JSONResponse(dossier_for_programs(wired.catalogue, opened))


def dossier_for_programs(catalogue: Catalogue, opened: OpenedDossier) -> dict[str, Any]:
    """Money in whole đồng; what is not there yet is null."""
    dossier, clock = opened.dossier, opened.clock
    return {
        "reference": dossier.reference,
        "official_code": dossier.official_code,
        "form_id": dossier.form_id,
        "form_version": dossier.form_version,
        "kind": dossier.kind,
        "support_type": dossier.support_type,
        "status": dossier.status,
        "national_code": catalogue.status(dossier.kind, dossier.status).national_code,
        "channel": dossier.channel,
        "received_at": iso(dossier.received_at),
        "due_on": clock.due_on.isoformat() if clock and clock.due_on else None,
        "holder": dossier.holder,
        "organisation_name": dossier.organisation_name,
        "tax_code": dossier.tax_code,
        "answers": dossier.answers,
        "absences": dossier.absences,
        "attachments": [
            {**attachment_for_programs(file), "media_type": file.media_type, "supplement": file.supplement}
            for file in dossier.attachments
        ],
        "requested_amount": dossier.requested_amount,
        "proposed_amount": opened.proposal.amount if opened.proposal else None,
        "approved_amount": dossier.approved_amount,
        "paid_on": dossier.paid_on.isoformat() if dossier.paid_on else None,
        "decision": decision_for_programs(opened.decision) if opened.decision else None,
        "supplements": [
            {
                "number": one.number,
                "asked_at": iso(one.asked_at),
                "answered_at": iso(one.answered_at) if one.answered_at else None,
                "asked": [vars(asked) for asked in one.asked],
            }
            for one in opened.supplements
        ],
        "events": [entry_for_programs(event) for event in opened.events],
    }


@program_only
async def show_report(request: Request) -> Response:
    """The figures of a report, as on its page. Raises Malformed for a report or a year that there is not."""
    name, year = request.path_params["name"], year_asked(request, "year")
    return await made_file(
        f"{name}-{year}", "json", lambda path: write_report(wired_of(request), name, year, "json", path)
    )


def decision_for_programs(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "made_at": iso(decision.made_at),
        "document_no": decision.document_no,
        "decided_on": decision.decided_on.isoformat() if decision.decided_on else None,
        "signer": decision.signer,
    }


def entry_for_programs(event: Event) -> dict[str, Any]:
    told = {"sequence": event.sequence, "kind": event.kind, "actor": event.actor}
    return told | {"at": iso(event.at), "note": event.note, "hash": event.hash}
