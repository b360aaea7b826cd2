"""The second factor of an officer: an app's codes, and recovery codes for when the app is lost."""

from processor.domain.access.authenticator import (
    app_code,
    new_recovery_code,
    new_secret,
    sealed,
    step_of,
    unsealed,
)
from processor.domain.access.credentials import normal_access_code, secret_hash
from processor.domain.access.officer import Officer
from processor.domain.errors import Conflict, Forbidden
from processor.services.access.accounts import forget_second_factor
from processor.services.access.hashing import password_fits
from processor.services.guesses import guess, officers_secret
from processor.services.parts import Wired
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.authenticators import app_secret, confirm_secret, offer_secret, use_step
from processor.storage.officers.officers import officer_numbered
from processor.storage.officers.recovery_codes import recovery_codes_left, replace_recovery_codes, use_recovery_code

RECOVERY_CODES = 10
WRONG_SECRETS = officers_secret("own_account_secret")


def code_opens(wired: Wired, connection: Connection, officer_id: int, typed: str) -> bool:
    """Whether what was typed is a code that has not been used; it is used by this."""
    code = app_code(typed)
    if code is None:
        return use_recovery_code(connection, officer_id, secret_hash(normal_access_code(typed)), wired.clock())
    stored = app_secret(connection, officer_id)
    secret = unsealed(wired.server_key, officer_id, stored) if stored else None
    step = step_of(secret, code, wired.clock()) if secret else None
    return step is not None and use_step(connection, officer_id, step)


def offered_secret(wired: Wired, officer: Officer) -> str:
    """The secret that waits for its first code: the same until it is confirmed. Raises Conflict("code_stands")."""
    refuse_second(officer)
    with writing(wired.engine) as connection:
        stored = app_secret(connection, officer.id)
        waiting = unsealed(wired.server_key, officer.id, stored) if stored else None
        secret = waiting or new_secret()
        if not waiting:
            offer_secret(connection, officer.id, sealed(wired.server_key, officer.id, secret))
    return secret


def confirm(wired: Wired, officer: Officer, typed: str) -> list[str]:
    """The recovery codes, to be shown once. From now on a code is asked for after the password.

    Raises Conflict("code_stands"), Forbidden("code_failed"), Malformed("rate_limited").
    """
    refuse_second(officer)
    with guess(wired, (WRONG_SECRETS, subject_of(officer))), writing(wired.engine) as connection:
        stored = app_secret(connection, officer.id)
        secret = unsealed(wired.server_key, officer.id, stored) if stored else None
        code = app_code(typed)
        step = step_of(secret, code, wired.clock()) if secret and code else None
        if stored and step is not None and confirm_secret(connection, officer.id, stored, step, wired.clock()):
            return new_codes(connection, officer)
        raise Forbidden("code_failed")


def refuse_second(officer: Officer) -> None:
    """Who has a second factor removes it first; who signs in by the agency's accounts has it there."""
    if officer.second_factor or officer.from_agency:
        raise Conflict("code_stands")


def renew_recovery_codes(wired: Wired, officer: Officer, password: str) -> list[str]:
    """To be shown once; the old ones open nothing any more.

    Raises Forbidden("password_wrong"), Conflict("code_missing"), Malformed("rate_limited").
    """
    check_own_password(wired, officer, password)
    if not officer.second_factor:
        raise Conflict("code_missing")
    with writing(wired.engine) as connection:
        return new_codes(connection, officer)


def remove(wired: Wired, officer: Officer, password: str) -> None:
    """Raises Forbidden("password_wrong"), Malformed("rate_limited")."""
    check_own_password(wired, officer, password)
    with writing(wired.engine) as connection:
        forget_second_factor(connection, officer.id)


def codes_left(wired: Wired, officer: Officer) -> int:
    with reading(wired.engine) as connection:
        return recovery_codes_left(connection, officer.id)


def new_codes(connection: Connection, officer: Officer) -> list[str]:
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    replace_recovery_codes(connection, officer.id, [secret_hash(code) for code in codes])
    return codes


def check_own_password(wired: Wired, officer: Officer, password: str) -> None:
    with guess(wired, (WRONG_SECRETS, subject_of(officer))):
        with reading(wired.engine) as connection:
            found = officer_numbered(connection, officer.id)
        if found is None or not password_fits(found[1], password):
            raise Forbidden("password_wrong")


def subject_of(officer: Officer) -> str:
    return f"officer {officer.id}"
