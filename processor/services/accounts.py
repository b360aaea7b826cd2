"""Officers: accounts, sign-in, sessions. A session lives on the server; signing out ends it for good."""

import secrets
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from processor.domain.credentials import secret_hash
from processor.domain.errors import Forbidden, HotroError
from processor.domain.officer import Officer, Session
from processor.services.parts import Wired
from processor.storage.engine import reading, writing
from processor.storage.officers import (
    change_password,
    disable_officer,
    end_session,
    every_officer,
    find_session,
    insert_officer,
    insert_session,
    officer_named,
    touch_session,
)

ROLES = {
    "intake": "tiếp nhận",
    "appraiser": "thẩm định",
    "leader": "lãnh đạo",
    "reader": "xem",
    "admin": "quản trị",
}
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
HASHER = PasswordHasher()
NOBODYS_HASH = HASHER.hash(secrets.token_hex(16))
TOUCH_EVERY = timedelta(seconds=30)


class AccountFault(HotroError):
    """A command about an account that cannot be carried out; the text says why."""


def add_officer(wired: Wired, name: str, role: str, password: str) -> None:
    if role not in ROLES:
        raise AccountFault(f"Không có vai trò “{role}”. Chọn một trong: {', '.join(ROLES)}.")
    check_password(password)
    if not 1 <= len(name.strip()) <= 80:
        raise AccountFault("Tên công chức dài từ 1 đến 80 ký tự.")
    with writing(wired.engine) as connection:
        if officer_named(connection, name.strip()):
            raise AccountFault(f"Đã có công chức “{name.strip()}”. Chọn tên khác.")
        insert_officer(connection, name.strip(), role, HASHER.hash(password), wired.clock())


def check_password(password: str) -> None:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise AccountFault(f"Mật khẩu dài {len(password)} ký tự. Dùng từ {SHORTEST_PASSWORD} đến {LONGEST_PASSWORD}.")


def list_officers(wired: Wired) -> list[Officer]:
    with reading(wired.engine) as connection:
        return every_officer(connection)


def reset_password(wired: Wired, name: str, password: str) -> None:
    """Ends every session of the officer."""
    check_password(password)
    with writing(wired.engine) as connection:
        change_password(connection, known_officer(wired, name).id, HASHER.hash(password))


def disable(wired: Wired, name: str) -> None:
    officer = known_officer(wired, name)
    with writing(wired.engine) as connection:
        disable_officer(connection, officer.id)


def known_officer(wired: Wired, name: str) -> Officer:
    with reading(wired.engine) as connection:
        found = officer_named(connection, name)
    if found is None:
        raise AccountFault(f"Không có công chức “{name}”. Xem danh sách bằng: hotro staff list.")
    return found[0]


def sign_in(wired: Wired, name: str, password: str) -> str:
    """The token of a new session. Raises Forbidden("sign_in_failed"), alike for unknown names and wrong passwords."""
    with reading(wired.engine) as connection:
        found = officer_named(connection, name.strip()[:80])
    stored = found[1] if found else NOBODYS_HASH
    if not password_fits(stored, password) or found is None or found[0].disabled:
        raise Forbidden("sign_in_failed")
    token = secrets.token_urlsafe(32)
    with writing(wired.engine) as connection:
        insert_session(connection, secret_hash(token), found[0].id, secrets.token_urlsafe(32), wired.clock())
    return token


def password_fits(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password[:LONGEST_PASSWORD])
    except VerificationError:
        return False


def session_of(wired: Wired, token: str) -> Session | None:
    """The live session of a token: neither idle nor older than allowed, its officer not disabled."""
    now = wired.clock()
    with reading(wired.engine) as connection:
        session = find_session(connection, secret_hash(token))
    if session is None or session.officer.disabled:
        return None
    idle = timedelta(minutes=wired.settings.session_idle_minutes)
    whole = timedelta(hours=wired.settings.session_hours)
    if now - session.seen_at > idle or now - session.started_at > whole:
        return None
    if now - session.seen_at > TOUCH_EVERY:
        with writing(wired.engine) as connection:
            touch_session(connection, secret_hash(token), now)
    return session


def sign_out(wired: Wired, token: str) -> None:
    with writing(wired.engine) as connection:
        end_session(connection, secret_hash(token))
