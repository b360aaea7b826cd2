"""The API for programs. Described by /openapi.json; errors are problem details with a stable code."""

from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from processor.domain.dossier import Attachment
from processor.domain.errors import Fault, InvalidAnswers, Malformed, NotFound, Refused
from processor.domain.forms.json_schema import form_for_programs, heading_for_programs
from processor.domain.forms.submission import in_page_order, refuse_repeated
from processor.domain.how_far import HowFar, Told
from processor.domain.supplement import AskedItem
from processor.domain.vietnamese import end_of_day, iso
from processor.services.challenge import SENT
from processor.services.following.looking import look_how_far
from processor.services.intake.counting import note_refused_program
from processor.services.intake.intake import Receipt, check, submit
from processor.services.intake.uploads import check_files, inspect_files
from processor.services.intake.versions import form_version
from processor.services.limits import spend_meanwhile, visitor_hash
from processor.web.context import address, visitor, wired_of
from processor.web.metrics import FAULTS, SUBMISSIONS
from processor.web.multipart import PostedForm
from processor.web.receiving import posted_files

SHORTEST_KEY, LONGEST_KEY = 8, 200


async def list_forms(request: Request) -> Response:
    wired = wired_of(request)
    return JSONResponse([heading_for_programs(form, wired.today()) for form in wired.catalogue.forms.values()])


async def show_form(request: Request) -> Response:
    wired = wired_of(request)
    return JSONResponse(form_for_programs(wired.catalogue.form(request.path_params["form_id"]), wired.today()))


async def submit_dossier(request: Request) -> Response:
    wired = wired_of(request)
    form_id = request.path_params["form_id"]
    current = wired.catalogue.form(form_id)
    key = idempotency_key(request)
    wired.crowd.refuse_when_full()
    await spend_meanwhile(wired, (SENT, visitor_hash(wired, visitor(request))))
    async with posted_files(request, current) as posted:
        form = form_version(wired, form_id, posted.one("_version") or None)
        refuse_repeated(form, answers_posted(posted))
        try:
            with wired.crowd.entered():
                await inspect_files(wired, form, posted.files)
                receipt = await submit(wired, form, answers_posted(posted), posted.files, key)
        except InvalidAnswers as refusal:
            SUBMISSIONS.labels(form_id, "refused").inc()
            for fault in refusal.faults:
                FAULTS.labels(form_id, fault.code).inc()
            note_refused_program(wired, form, refusal.faults)
            raise
    SUBMISSIONS.labels(form_id, "repeated" if receipt.repeated else "kept").inc()
    return quick_json(receipt_for_programs(request, receipt), 200 if receipt.repeated else 201)


async def validate(request: Request) -> Response:
    wired = wired_of(request)
    form_id = request.path_params["form_id"]
    current = wired.catalogue.form(form_id)
    async with posted_files(request, current) as posted:
        form = form_version(wired, form_id, posted.one("_version") or None)
        refuse_repeated(form, answers_posted(posted))
        await inspect_files(wired, form, posted.files)
        checked = check(wired, form, answers_posted(posted))
        _, file_faults = check_files(wired, form, posted.files)
    faults = in_page_order(form, [*checked.faults, *file_faults])
    errors = [fault_for_programs(fault) for fault in faults]
    advice = [fault_for_programs(told) for told in checked.advice]
    # Programs written against the first version compare the whole answer.
    return JSONResponse({"ok": not errors, "errors": errors} | ({"advice": advice} if advice else {}))


def fault_for_programs(fault: Fault) -> dict[str, str]:
    return {"field": fault.field, "code": fault.code, "message": fault.message}


async def show_dossier(request: Request) -> Response:
    reference, code = request.path_params["reference"], bearer(request)
    try:
        how_far = await look_how_far(wired_of(request), visitor(request), reference, code)
    except Malformed:
        raise
    except Refused:
        # A mistyped reference, an unknown one and a wrong code are one answer.
        raise NotFound("status_not_found") from None
    return quick_json(status_for_programs(how_far))


def quick_json(content: object, status: int = 200) -> Response:
    """What is asked without end, written by the faster library; the same bytes."""
    return Response(to_json(content), status, media_type="application/json")


def answers_posted(posted: PostedForm) -> dict[str, list[str]]:
    """Programs may not send control fields other than the version of a form."""
    return {name: values for name, values in posted.fields.items() if name != "_version"}


def idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise Malformed("idempotency_key_length", actual=str(len(key)), min=str(SHORTEST_KEY), max=str(LONGEST_KEY))
    return key


def bearer(request: Request) -> str:
    scheme, _, code = request.headers.get("authorization", "").partition(" ")
    return code.strip() if scheme.lower() == "bearer" else ""


def receipt_for_programs(request: Request, receipt: Receipt) -> dict[str, Any]:
    dossier = receipt.dossier
    return {
        "reference": dossier.reference,
        "access_code": receipt.access_code,
        "form_id": dossier.form_id,
        "form_version": dossier.form_version,
        "status": "submitted",
        "received_at": iso(dossier.received_at),
        "status_url": address(request, f"/tra-cuu?ma={dossier.reference}"),
        "receipt_url": address(request, f"/bien-nhan/{receipt.receipt_token}"),
        "attachments": [attachment_for_programs(attachment) for attachment in dossier.attachments],
    }


def attachment_for_programs(attachment: Attachment) -> dict[str, Any]:
    return {name: getattr(attachment, name) for name in ("id", "item_id", "name", "size", "sha256")}


def status_for_programs(told: HowFar) -> dict[str, Any]:
    return {
        "reference": told.reference,
        "official_code": told.official_code,
        "status": told.status,
        "paid": told.paid_on is not None,
        "received_at": iso(told.received_at),
        "due_at": iso(end_of_day(told.due.due_on)) if told.due and told.due.due_on else None,
        "due_explained": told.due.document if told.due else None,
        "events": [event_for_programs(event) for event in told.events],
        "asked_items": asked_for_programs(told),
    }


def asked_for_programs(told: HowFar) -> list[dict[str, str]]:
    """What the open request for more asks, item by item; empty when none is open."""
    if told.supplement is None:
        return []
    titles = {item.id: item.title for item in told.form.items}
    return [
        {"item_id": asked.item_id, "title": titles.get(asked.item_id, asked.item_id), **reason_of(asked)}
        for asked in told.supplement.asked
    ]


def reason_of(asked: AskedItem) -> dict[str, str]:
    return {"reason": asked.reason, "text": asked.text}


def event_for_programs(event: Told) -> dict[str, Any]:
    return {"kind": event.kind, "at": iso(event.at), "note": event.note}
