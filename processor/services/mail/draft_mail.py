"""A draft's link by mail: when asked for, and again before the draft lapses."""

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic_core import PydanticCustomError

from processor.domain.dossier import Draft
from processor.domain.errors import Conflict, Fault, InvalidAnswers
from processor.domain.forms.kinds import read_email, shortened, typed_empty
from processor.domain.notice import ADDRESS, readable_address
from processor.domain.vietnamese import moment
from processor.services.intake.drafts import draft_token
from processor.services.limits import Limit, spend, visitor_hash
from processor.services.parts import Wired
from processor.storage.dossiers.draft_warnings import mark_warned, remember_address, unwarned_drafts
from processor.storage.engine import reading, writing
from processor.storage.outbox import enqueue

A_DRAFT = Limit("mail_a_draft", 5)
AN_ADDRESS = Limit("mail_an_address", 5)


def mail_draft_link(wired: Wired, draft: Draft, token: str, typed: str) -> str:
    """The address to which the link will go; the draft remembers it.

    Raises Conflict("mail_not_set_up"), Conflict("already_sent"), InvalidAnswers with one fault of the field `address`,
    Malformed("rate_limited").
    """
    if not wired.settings.mail_server or not draft.seed or draft_token(wired, draft.seed) != token:
        raise Conflict("mail_not_set_up")
    address = one_address(wired, typed)
    spend(wired, (A_DRAFT, str(draft.id)), (AN_ADDRESS, visitor_hash(wired, address.lower())))
    with writing(wired.engine) as connection:
        if not remember_address(connection, draft.id, address):
            raise Conflict("already_sent", time=moment(draft.updated_at))
        enqueue(connection, "draft_link", wired.clock(), draft_id=draft.id)
    return address


def one_address(wired: Wired, typed: str) -> str:
    """By the rule of the forms' fields. Raises InvalidAnswers."""
    if address := readable_address(typed):
        return address
    code = fault_of(typed)
    told = wired.catalogue.messages.say(code, label=ADDRESS.label, what=ADDRESS.what or "", value=shortened(typed))
    raise InvalidAnswers([Fault(ADDRESS.id, code, told)])


def fault_of(typed: str) -> str:
    if typed_empty(typed):
        return "text_required"
    try:
        read_email(typed, ADDRESS, date.min)
    except PydanticCustomError as refused:
        return refused.type
    return "email_unreadable"  # sound, but with signs that not every mail server takes


def warn_drafts(wired: Wired) -> int:
    """How many organisations will be told that their draft lapses soon: once, unless it is saved again after that."""
    if not wired.settings.mail_server:
        return 0
    return sum(warn(wired, draft) for draft in lapsing_soon(wired))


def lapsing_soon(wired: Wired) -> Iterator[Draft]:
    """Those with an address that can be written to."""
    now = wired.clock()
    # Where drafts are kept shortly, half their time is early enough.
    early = min(timedelta(days=wired.settings.draft_warn_days), timedelta(days=wired.settings.draft_days) / 2)
    after = 0
    while True:
        with reading(wired.engine) as connection:
            found = unwarned_drafts(connection, now, now + early, after)
        if not found:
            return
        yield from (draft for draft in found if has_address(draft))
        after = found[-1].id


def has_address(draft: Draft) -> bool:
    return any(readable_address(typed) for typed in (draft.address or "", *draft.typed.get("contact_email", ())))


def warn(wired: Wired, draft: Draft) -> bool:
    """False when somebody else was faster."""
    now = wired.clock()
    with writing(wired.engine) as connection:
        if not mark_warned(connection, draft.id, now):
            return False
        enqueue(connection, "draft_expiring", now, draft_id=draft.id)
    return True
