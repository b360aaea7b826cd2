"""Signing in: the password, then the code where there is one. A session lives on the server; ending it ends it."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from processor.domain.access.credentials import derived_token, secret_hash
from processor.domain.access.half_session import issue_half_session, read_half_session
from processor.domain.access.officer import Officer, Session, tidy_name
from processor.domain.browsers import kept_agent
from processor.domain.errors import Forbidden, NotFound
from processor.services.access.hashing import NO_PASSWORD, password_fits
from processor.services.access.second_factor import code_opens
from processor.services.guesses import Slowed, guess, officers_secret
from processor.services.limits import visitor_hash
from processor.services.parts import Wired
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.officers import (
    end_session,
    end_session_called,
    end_sessions_but,
    find_session,
    insert_session,
    officer_named,
    officer_numbered,
    sessions_of,
    touch_session,
)

LOG = structlog.get_logger("hotro.sign_in")
BY_A_VISITOR = officers_secret("sign_in_by_a_visitor")
AN_ACCOUNT = officers_secret("sign_in_to_an_account")
A_CODE = officers_secret("sign_in_code")
HALF_WAY = timedelta(minutes=5)
TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True)
class Caller:
    """Who is signing in, as far as can be told. `browser` is the mark left by an earlier sign-in, if any.

    `session` is the token that the browser still has from then: signing in again ends it.
    """

    address: str
    agent: str = ""
    browser: str = ""
    session: str = ""


@dataclass(frozen=True)
class Opened:
    """`token` opens a session; `browser` is the mark by which this browser is known next time."""

    token: str
    browser: str


@dataclass(frozen=True)
class HalfOpened:
    """The password was right; `half` leads to the page that asks for the code."""

    half: str


def sign_in(wired: Wired, name: str, password: str, caller: Caller) -> Opened | HalfOpened:
    """Alike for unknown names and wrong passwords.

    Raises Forbidden("sign_in_failed"), Malformed("rate_limited").
    """
    name = tidy_name(name[:200])
    with guess(wired, *subjects(wired, caller, name, AN_ACCOUNT)):
        with reading(wired.engine) as connection:
            found = officer_named(connection, name)
        officer, stored = found or (None, NO_PASSWORD)
        if not password_fits(stored, password) or officer is None or officer.disabled:
            LOG.warning("sign_in_failed", officer=officer and officer.id)
            raise Forbidden("sign_in_failed")
    if officer.second_factor:
        return HalfOpened(issue_half_session(wired.server_key, officer.id, stored, wired.clock() + HALF_WAY))
    with writing(wired.engine) as connection:
        return open_session(wired, connection, officer, caller)


def finish_sign_in(wired: Wired, half: str, typed: str, caller: Caller) -> Opened:
    """With a code of the app or a recovery code.

    Raises Forbidden("sign_in_lapsed") when the password is to be typed again, Forbidden("code_failed"),
    Malformed("rate_limited").
    """
    officer = half_way(wired, half)
    with guess(wired, *subjects(wired, caller, officer.name, A_CODE)), writing(wired.engine) as connection:
        if code_opens(wired, connection, officer.id, typed):
            return open_session(wired, connection, officer, caller)
        LOG.warning("code_failed", officer=officer.id)
        raise Forbidden("code_failed")


def half_way(wired: Wired, half: str) -> Officer:
    """Whose code is asked for. Raises Forbidden("sign_in_lapsed")."""
    claimed = read_half_session(half)
    with reading(wired.engine) as connection:
        found = officer_numbered(connection, claimed.officer_id) if claimed else None
    if claimed is None or found is None or not claimed.holds(wired.server_key, found[1], wired.clock()):
        raise Forbidden("sign_in_lapsed")
    if found[0].disabled or not found[0].second_factor:
        raise Forbidden("sign_in_lapsed")
    return found[0]


def subjects(wired: Wired, caller: Caller, name: str, account: Slowed) -> list[tuple[Slowed, str]]:
    """Whose failures are counted: the address's and the account's.

    Whoever signed in with this browser before has counts apart: nobody locks an officer out from elsewhere.
    What is typed as a name may be a password: only its hash is counted.
    """
    nonce, _, mark = caller.browser[:200].partition(".")
    known = hmac.compare_digest(mark.encode(), browser_mark(wired, name, nonce).encode())
    visitor = visitor_hash(wired, f"{caller.address}\0{name}\0{nonce}" if known else caller.address)
    return [
        (BY_A_VISITOR, visitor),
        (account, derived_token(wired.server_key, "account", f"{name}\0{nonce if known else ''}")),
    ]


def browser_mark(wired: Wired, name: str, nonce: str) -> str:
    return derived_token(wired.server_key, "browser", f"{name}\0{nonce}")


def open_session(wired: Wired, connection: Connection, officer: Officer, caller: Caller) -> Opened:
    token, nonce = secrets.token_urlsafe(32), secrets.token_urlsafe(9)
    csrf = secrets.token_urlsafe(32)
    agent = kept_agent(caller.agent)
    end_session(connection, secret_hash(caller.session))
    insert_session(connection, secret_hash(token), officer.id, csrf, wired.clock(), agent)
    LOG.info("signed_in", officer=officer.id, second_factor=officer.second_factor, by_agency=officer.from_agency)
    return Opened(token, f"{nonce}.{browser_mark(wired, officer.name, nonce)}")


def session_of(wired: Wired, token: str) -> Session | None:
    """The live session of a token: neither idle nor older than allowed, its officer not disabled."""
    now = wired.clock()
    with reading(wired.engine) as connection:
        session = find_session(connection, secret_hash(token))
    if session is None or not lives(wired, session, now):
        return None
    if now - session.seen_at > TOUCH_EVERY:
        with writing(wired.engine) as connection:
            touch_session(connection, secret_hash(token), now)
    return session


def lives(wired: Wired, session: Session, now: datetime) -> bool:
    idle = timedelta(minutes=wired.settings.session_idle_minutes)
    whole = timedelta(hours=wired.settings.session_hours)
    # Used in the future: the clock was set back meanwhile, and nobody knows for how long it has been idle.
    used = abs(now - session.seen_at) <= idle
    return not session.officer.disabled and used and now - session.started_at <= whole


def must_set_up(wired: Wired, officer: Officer) -> bool:
    """Whether nothing else may be done before the second factor is set up; the agency's accounts have their own."""
    return wired.settings.totp == "required" and not officer.second_factor and not officer.from_agency


def sign_out(wired: Wired, token: str) -> None:
    with writing(wired.engine) as connection:
        end_session(connection, secret_hash(token))


def living_sessions(wired: Wired, officer: Officer) -> list[Session]:
    """The one used last comes first."""
    with reading(wired.engine) as connection:
        found = sessions_of(connection, officer.id)
    return [session for session in found if lives(wired, session, wired.clock())]


def end_own_session(wired: Wired, officer: Officer, handle: str) -> None:
    """Raises NotFound for one that is not the officer's or has ended."""
    with writing(wired.engine) as connection:
        if not end_session_called(connection, officer.id, handle):
            raise NotFound("session_gone")


def end_other_sessions(wired: Wired, session: Session) -> None:
    with writing(wired.engine) as connection:
        end_sessions_but(connection, session.officer.id, session.handle)
