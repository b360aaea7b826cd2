"""Signing in by the agency's own accounts: the first time makes the officer, the role follows the claim each time."""

from collections.abc import Mapping
from typing import Any

import structlog

from processor.domain.access.officer import LONGEST_NAME, Officer, tidy_name
from processor.domain.access.openid import WayThrough, begin_way, role_by_claim, way_of
from processor.domain.errors import Forbidden
from processor.domain.notice import readable_address
from processor.services.access.agreement import Agreed, agreed
from processor.services.access.hashing import NO_PASSWORD
from processor.services.access.sign_in import Caller, Opened, open_session
from processor.services.parts import Wired
from processor.storage.engine import Connection, writing
from processor.storage.officers.officers import (
    end_sessions,
    give_role,
    insert_officer,
    officer_named,
    officer_of_subject,
)

# Its libraries take a fifth of the time of a start, and most installations never ask them anything.
NAMES = ("name", "preferred_username", "email", "sub")
LOG = structlog.get_logger("hotro.openid")


def begin(wired: Wired, come_back: str, going_on: str) -> tuple[str, WayThrough]:
    """Where the browser is sent, and what it must bring back.

    `come_back` is the address of `finish`. Raises Forbidden("oidc_refused"), Unavailable("oidc_unreachable").
    """
    from processor.services.access.provider import authorization_address, provider_at

    way = begin_way(wired.server_key, going_on, wired.clock())
    known = agreement(wired)
    with provider_at(known.issuer).turn():
        return authorization_address(known, way, come_back, wired.clock()), way


def finish(
    wired: Wired, come_back: str, seed: str, answer: Mapping[str, str], caller: Caller
) -> tuple[Opened, WayThrough]:
    """A session for whoever signed in there. `answer` is what the provider sent along with the browser.

    Raises Forbidden("sign_in_lapsed", "oidc_refused", "oidc_no_role", "account_disabled"), Unavailable.
    """
    from processor.services.access.provider import claims_for, provider_at

    known = agreement(wired)
    way = way_of(wired.server_key, seed)
    if way is None or not way.holds(answer.get("state", ""), wired.clock()):
        raise Forbidden("sign_in_lapsed")
    if "code" not in answer or answer.get("iss", known.issuer) != known.issuer:
        LOG.warning("openid_refused", reason=answer.get("error", "")[:60])
        raise Forbidden("oidc_refused")
    with provider_at(known.issuer).turn():
        claims = claims_for(known, way, come_back, answer["code"], wired.clock())
    role = role_by_claim(claims.get(known.role_claim), known.roles)
    if role is None:
        shut_out_subject(wired, subject_of(claims))
        raise Forbidden("oidc_no_role")
    with writing(wired.engine) as connection:
        officer = officer_with(wired, connection, claims, role)
        return open_session(wired, connection, officer, caller), way


def agreement(wired: Wired) -> Agreed:
    known = agreed(wired.settings)
    if known is None:
        raise Forbidden("oidc_refused")
    return known


def officer_with(wired: Wired, connection: Connection, claims: Mapping[str, Any], role: str) -> Officer:
    """Made at the first sign-in; the role of that claim from now on. Raises Forbidden("account_disabled")."""
    subject = subject_of(claims)
    officer = officer_of_subject(connection, subject)
    if officer is None:
        name, email = free_name(connection, claims), readable_address(str(claims.get("email", "")))
        insert_officer(connection, name, role, NO_PASSWORD, wired.clock(), email, subject)
    elif officer.disabled:
        raise Forbidden("account_disabled")
    else:
        give_role(connection, officer.id, role)
    found = officer_of_subject(connection, subject)
    assert found
    return found


def subject_of(claims: Mapping[str, Any]) -> str:
    """Another provider may give the same number to somebody else."""
    return f"{claims['iss']} {claims['sub']}"


def free_name(connection: Connection, claims: Mapping[str, Any]) -> str:
    """Of two officers of one name each keeps an account: a name alone proves nothing."""
    given = (tidy_name(str(claims.get(key, ""))) for key in NAMES)
    name = next(name for name in given if name)[: LONGEST_NAME - 6]
    number, candidate = 1, name
    while officer_named(connection, candidate):
        number += 1
        candidate = f"{name} ({number})"
    return candidate


def shut_out_subject(wired: Wired, subject: str) -> None:
    """Who has lost every role there has no session left here."""
    with writing(wired.engine) as connection:
        officer = officer_of_subject(connection, subject)
        if officer:
            end_sessions(connection, officer.id)
