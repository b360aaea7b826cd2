"""What every page that saves into a draft shares: its buttons, its files, the answer for the page's script."""

import re
from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from processor.domain.dossier import Draft
from processor.domain.errors import Fault, InvalidAnswers, Unavailable
from processor.domain.forms.definition import FormDefinition
from processor.domain.forms.submission import Typed
from processor.domain.vietnamese import VIETNAM, day, moment
from processor.rendering import pages
from processor.rendering.templating import render
from processor.services.intake.drafts import SavedDraft, drop_file
from processor.services.intake.reuse import reuse_file
from processor.services.intake.sending import send_draft
from processor.services.intake.versions import Held
from processor.services.parts import Wired
from processor.web.context import address, form_limits, in_thread, site_of, wired_of
from processor.web.metrics import FAULTS, SUBMISSIONS
from processor.web.multipart import FormLimits, posted_form
from processor.web.problems import HEADINGS, said, told_when

DRAFT, OUTREACH = "ban-nhap", "kenh"
ROW_ACTIONS = ("add", "remove", "up", "down")
ACTION = re.compile(r"^(add|remove|up|down|drop|reuse):([a-z0-9_.]+)\Z")
SMALL = FormLimits(body=256 * 1024, file=0, files=0)


def file_action(wired: Wired, saved: SavedDraft, action: re.Match[str]) -> list[Fault]:
    """Drop a kept file, or let it serve another paper; what is wrong with that."""
    if action[1] == "drop":
        drop_file(wired, saved.draft, action[2])
    if action[1] == "reuse":
        attachment_id, _, item_id = action[2].partition(".")
        try:
            reuse_file(wired, saved.draft, attachment_id, item_id)
        except InvalidAnswers as refusal:
            return list(refusal.faults)
    return []


def faults_of_files(saved: SavedDraft) -> list[Fault]:
    """What is wrong with the files just posted: rows may be incomplete while they are being arranged."""
    return [fault for fault in saved.faults if fault.code.startswith("file") and fault.code != "file_required"]


def known_answers(form: FormDefinition, typed: Typed) -> dict[str, list[str]]:
    """Of a page whose version is not known here: what today's form still asks."""
    known = {name.split(".")[0] for name, _ in form.field_names()} | set(form.items_by_id)
    return {name: values for name, values in typed.items() if name.split(".")[0] in known}


def count_refusal(form: FormDefinition, faults: Sequence[Fault]) -> None:
    SUBMISSIONS.labels(form.id, "refused").inc()
    for fault in faults:
        FAULTS.labels(form.id, fault.code).inc()


def wants_json(request: Request) -> bool:
    return request.headers.get("accept", "").startswith("application/json")


def draft_for_script(draft: Draft, token: str) -> dict[str, object]:
    """What the page's script needs to go on: where the draft is, when it was saved, which files it has."""
    return {
        "draft": f"/ban-nhap/{token}",
        "token": token,
        "saved": moment(draft.updated_at),
        "files": [{"id": a.id, "item_id": a.item_id, "name": a.name, "size": a.size} for a in draft.attachments],
    }


def changed_words(wired: Wired, held: Held) -> str:
    if held.new_names is None:
        return ""
    day_changed = day(wired.definitions.registered_at(held.form.id, held.form.version).astimezone(VIETNAM).date())
    if not held.new_names:
        return wired.catalogue.messages.say("form_changed_only", date=day_changed)
    return wired.catalogue.messages.say("form_changed", date=day_changed, count=str(len(held.new_names)))


async def already_sent(request: Request, draft: Draft, token: str) -> Response:
    """Back after sending: the notice and the way to the receipt, never a second dossier."""
    wired = wired_of(request)
    if draft.purpose:
        return site_of(request).page(*pages.added_page(draft))
    receipt = await in_thread(send_draft, wired, draft, token)
    where = address(request, f"/bien-nhan/{receipt.receipt_token}")
    return site_of(request).page(*pages.sent_page(wired.catalogue, receipt.dossier, where))


def check_path(form_id: str, token: str) -> str:
    return f"/nop/{form_id}/kiem-tra?{DRAFT}={token}"


async def sent_back(request: Request, trouble: Unavailable) -> Response:
    """Not even the draft can be read: what was typed lies in the answer and is sent again by one press. Files go."""
    wired = wired_of(request)
    if wants_json(request):
        raise trouble
    async with posted_form(request, replace(form_limits(wired, None), file=0), wired.store.receive) as posted:
        told = {"heading": HEADINGS[503], "text": said(wired, trouble), "path": request.url.path}
        html = render("sent_back.html", **told, fields=posted.fields)
    return told_when(site_of(request).page(HEADINGS[503], html, 503), trouble)
