"""An access code that was lost: a one-time link to the address on file shows a new code and ends the old one."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from processor.domain.access.credentials import new_access_code, secret_hash
from processor.domain.errors import NotFound
from processor.domain.events import next_event
from processor.domain.reference import parse_reference
from processor.services.limits import Limit, spend, visitor_hash
from processor.services.mail.letters import renewal_token
from processor.services.parts import Wired
from processor.storage.dossiers.dossiers import append_event, find_dossier, last_event
from processor.storage.dossiers.renewals import insert_renewal, reference_to_renew, use_renewal
from processor.storage.engine import Connection, reading, writing
from processor.storage.outbox import enqueue

A_REFERENCE = Limit("renew_a_reference", 3)
A_VISITOR = Limit("renew_by_a_visitor", 20)


@dataclass(frozen=True)
class NewCode:
    reference: str
    access_code: str


def asked_reference(wired: Wired, typed: str, visitor: str) -> str:
    """The reference as written, counted alike whether there is such a dossier or not.

    Raises Refused("reference_mistyped"), Malformed("rate_limited").
    """
    reference = parse_reference(typed)
    spend(wired, (A_REFERENCE, reference), (A_VISITOR, visitor_hash(wired, visitor)))
    return reference


def offer_renewal(wired: Wired, reference: str) -> None:
    """A link by mail, if there is such a dossier with an address. Done after the answer, whose time tells nothing."""
    now = wired.clock()
    seed = secrets.token_hex(16)
    with writing(wired.engine) as connection:
        dossier = find_dossier(connection, reference)
        if dossier is None or not dossier.answers.get("contact_email"):
            return
        ends = now + timedelta(hours=wired.settings.renewal_hours)
        insert_renewal(connection, dossier.id, seed, secret_hash(renewal_token(wired, seed)), now, ends)
        enqueue(connection, "code_renewal", now, dossier_id=dossier.id)


def renewable(wired: Wired, token: str) -> str:
    """The reference. Looking uses nothing up: mail scanners open links. Raises NotFound("renewal_unavailable")."""
    with reading(wired.engine) as connection:
        reference = reference_to_renew(connection, secret_hash(token), wired.clock())
    if reference is None:
        raise NotFound("renewal_unavailable")
    return reference


def renew(wired: Wired, token: str) -> NewCode:
    """Once. Raises NotFound("renewal_unavailable")."""
    code = new_access_code()
    with writing(wired.engine) as connection:
        reference = use_renewal(connection, secret_hash(token), secret_hash(code), wired.clock())
        if reference is None:
            raise NotFound("renewal_unavailable")
        record(wired, connection, reference)
    return NewCode(reference, code)


def record(wired: Wired, connection: Connection, reference: str) -> None:
    dossier = find_dossier(connection, reference)
    assert dossier is not None
    previous = last_event(connection, dossier.id)
    event = next_event(previous, "access_code_renewed", "applicant", wired.clock(), dossier.salt)
    append_event(connection, dossier.id, event)
