"""The text of a notice, written when it is sent, from what the dossier or draft is then."""

from collections.abc import Callable, Mapping

from processor.domain.access.credentials import derived_token, secret_hash
from processor.domain.dossier import Dossier, Draft
from processor.domain.notice import ABOUT_DRAFTS, TO_OFFICERS, DueNotice, Letter, compose, readable_address
from processor.domain.supplement import AskedItem
from processor.domain.vietnamese import VIETNAM, day, iso, moment
from processor.services.appraisal.supplements import Answering
from processor.services.intake.drafts import draft_token, review_draft
from processor.services.intake.versions import form_of
from processor.services.mail.backup_reminder import backup_letter
from processor.services.mail.demand_reminder import reminder_letter
from processor.services.mail.digest import officer_letter
from processor.services.mail.filling import Filling, Pointless, of_decision, of_reasons, of_reply, of_step
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import find_dossier
from processor.storage.dossiers.draft_warnings import draft_with_id
from processor.storage.dossiers.drafts import find_draft
from processor.storage.dossiers.renewals import reference_to_renew, renewal_asked_at
from processor.storage.dossiers.supplements import supplement_by
from processor.storage.engine import Connection, reading

OTHER_KEY = "đường dẫn được lập bằng khóa máy chủ khác"


def write_letter(wired: Wired, due: DueNotice) -> Letter:
    """Raises Pointless."""
    if due.notice in TO_OFFICERS:
        return TO_OFFICER[due.notice](wired, due)
    return draft_letter(wired, due) if due.notice in ABOUT_DRAFTS else dossier_letter(wired, due)


def dossier_letter(wired: Wired, due: DueNotice) -> Letter:
    with reading(wired.engine) as connection:
        dossier = find_dossier(connection, due.reference or "")
        if dossier is None:
            raise Pointless("không còn hồ sơ")
        filling = ABOUT_DOSSIERS[due.notice](wired, connection, due, dossier)
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    standing = {
        "reference": dossier.reference,
        "form_title": form.title,
        "time": moment(due.created_at),
        "status_url": f"{wired.settings.link_base}/tra-cuu?ma={dossier.reference}",
    }
    address = the_address(due.address, dossier.answers.get("contact_email"))
    values = {**standing, **filling.values}
    return composed(wired, due, address, dossier.organisation_name, Filling(values, filling.variant))


def draft_letter(wired: Wired, due: DueNotice) -> Letter:
    draft, token = unsent_draft(wired, due)
    form = form_of(wired, draft)
    filling = of_warning(wired, due, draft) if due.notice == "draft_expiring" else Filling({})
    standing = {
        "form_title": form.title,
        "date": day(draft.expires_at.astimezone(VIETNAM).date()),
        "resume_url": f"{wired.settings.link_base}/ban-nhap/{token}",
    }
    address = the_address(due.address, draft.address, *draft.typed.get("contact_email", ()))
    named = next(iter(draft.typed.get("organisation_name", ())), "")
    return composed(wired, due, address, named, Filling({**standing, **filling.values}, filling.variant))


def unsent_draft(wired: Wired, due: DueNotice) -> tuple[Draft, str]:
    """With the token of its link, which must open it."""
    with reading(wired.engine) as connection:
        draft = draft_with_id(connection, due.draft_id or 0, wired.clock())
        if draft is None or draft.seed is None:
            raise Pointless("không còn bản nháp")
        token = draft_token(wired, draft.seed)
        if find_draft(connection, secret_hash(token), wired.clock()) is None:
            raise Pointless(OTHER_KEY)
    if draft.sent_reference:
        raise Pointless("bản nháp đã gửi")
    return draft, token


def composed(wired: Wired, due: DueNotice, address: str, named: str, filling: Filling) -> Letter:
    catalogue = wired.catalogue
    return compose(catalogue.notices, catalogue.agency, due.notice, address, named, filling.values, filling.variant)


def the_address(*known: object) -> str:
    """The first that can be written to."""
    for typed in known:
        if isinstance(typed, str) and (address := readable_address(typed)):
            return address
    raise Pointless("không có địa chỉ thư điện tử gửi được")


def of_receipt(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    values = {"time": moment(dossier.received_at), "files": str(len(dossier.attachments))}
    return Filling(values, variant_of(dossier))


def variant_of(dossier: Dossier) -> str | None:
    return None if dossier.kind == "dossier" else dossier.kind


def of_withdrawal(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    return Filling({}, variant_of(dossier))


def of_correction(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    return Filling({})


def of_renewal(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    found = renewal_asked_at(connection, dossier.id, due.created_at, wired.clock())
    if found is None:
        raise Pointless("đường dẫn đã dùng hoặc hết hạn")
    seed, expires_at = found
    token = renewal_token(wired, seed)
    if reference_to_renew(connection, secret_hash(token), wired.clock()) is None:
        raise Pointless(OTHER_KEY)
    link = f"{wired.settings.link_base}/tra-cuu/ma-moi/{token}"
    return Filling({"renewal_url": link, "until": moment(expires_at)})


def of_request(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    """Only what is still asked for; the day only where one is set."""
    asked, left = asked_and_left(wired, connection, due, dossier)
    if not left or dossier.status != "supplement_requested":
        raise Pointless("không còn chờ bổ sung")
    values = {"count": str(len(left)), "items_with_reasons": "\n".join(item_line(asked, one) for one in left)}
    if asked.supplement.answer_by is None:
        return Filling(values, "without_day")
    return Filling({**values, "answer_by": day(asked.supplement.answer_by.astimezone(VIETNAM).date())})


def of_answer(wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier) -> Filling:
    asked, _ = asked_and_left(wired, connection, due, dossier)
    # As it stood when this was answered: more may have come since.
    then = iso(due.created_at)
    left = [one for one in asked.supplement.asked if one.came_at is None or one.came_at > then]
    came = {"count": str(len(asked.supplement.asked) - len(left))}
    if not left:
        return Filling(came)
    return Filling({**came, "remaining_items": "\n".join(f"- {asked.item(one).title}" for one in left)}, "partly")


def asked_and_left(
    wired: Wired, connection: Connection, due: DueNotice, dossier: Dossier
) -> tuple[Answering, list[AskedItem]]:
    supplement = supplement_by(connection, dossier.id, due.created_at)
    if supplement is None:
        raise Pointless("không còn yêu cầu bổ sung")
    form = wired.definitions.get(dossier.form_id, dossier.form_version)
    asked = Answering(dossier, form, supplement)
    return asked, [] if supplement.answered_at else asked.open_items


def item_line(asked: Answering, one: AskedItem) -> str:
    why = ": ".join(words for words in (one.reason.lower(), one.text) if words)
    return f"- {asked.item(one).title}: {why or 'cần bổ sung'}"


def renewal_token(wired: Wired, seed: str) -> str:
    return derived_token(wired.server_key, "renewal", seed)


def of_warning(wired: Wired, due: DueNotice, draft: Draft) -> Filling:
    if draft.updated_at > due.created_at:
        raise Pointless("bản nháp đã lưu lại")
    left = sum(task.open for task in review_draft(wired, form_of(wired, draft), draft).tasks)
    return Filling({"open_tasks": str(left)}, None if left else "complete")


Fill = Callable[[Wired, Connection, DueNotice, Dossier], Filling]
TO_OFFICER: Mapping[str, Callable[[Wired, DueNotice], Letter]] = {
    "digest": officer_letter,
    "demand_reminder": reminder_letter,
    "backup_late": backup_letter,
}
ABOUT_DOSSIERS: Mapping[str, Fill] = {
    "receipt": of_receipt,
    "withdrawn": of_withdrawal,
    "contact_corrected": of_correction,
    "code_renewal": of_renewal,
    "supplement_requested": of_request,
    "answered": of_answer,
    "accepted": of_step,
    "proposal": of_step,
    "refused_at_intake": of_reasons,
    "extended": of_reasons,
    "reconsidered": of_reasons,
    "stopped": of_reasons,
    "feedback_answered": of_reply,
    "feedback_forwarded": of_reply,
    "approved": of_decision,
    "rejected": of_decision,
}
