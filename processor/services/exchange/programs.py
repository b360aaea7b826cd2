"""Programs read in an officer's name: tokens given and taken back, and a dossier read by one, which is noted."""

import secrets
from datetime import timedelta

from processor.domain.access.credentials import secret_hash
from processor.domain.access.officer import Officer
from processor.domain.access.program import LONGEST_LABEL, PREFIX, ProgramToken
from processor.domain.errors import Malformed
from processor.domain.opened import OpenedDossier
from processor.services.access.accounts import AccountFault, known_officer
from processor.services.appraisal.appraisal import open_dossier
from processor.services.appraisal.log import record
from processor.services.parts import Wired
from processor.storage.engine import reading, writing
from processor.storage.officers.officer_tokens import (
    every_token,
    insert_token,
    revoke_token,
    token_with,
    tokens_of,
    touch_token,
)

BYTES = 32
SEEN_AGAIN = timedelta(minutes=1)
ONE_LOOK = timedelta(minutes=15)
LARGEST_ID = 2**63


def give_token(wired: Wired, name: str, label: str) -> str:
    """The token, shown once. Raises AccountFault."""
    officer = known_officer(wired, name)
    label = " ".join(label.split())
    if officer.disabled:
        raise AccountFault(f"{officer.name} đang bị khóa nên không cấp được mã chương trình.")
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise AccountFault(f"Ghi --label, chương trình nào dùng mã này, từ 1 đến {LONGEST_LABEL} ký tự.")
    token = PREFIX + secrets.token_urlsafe(BYTES)
    with writing(wired.engine) as connection:
        insert_token(connection, officer.id, label, secret_hash(token), wired.clock())
    return token


def list_tokens(wired: Wired) -> list[ProgramToken]:
    with reading(wired.engine) as connection:
        return every_token(connection)


def own_tokens(wired: Wired, officer: Officer) -> list[ProgramToken]:
    with reading(wired.engine) as connection:
        return tokens_of(connection, officer.id)


def take_token_back(wired: Wired, token_id: int) -> None:
    """Raises AccountFault."""
    with writing(wired.engine) as connection:
        if not 0 < token_id < LARGEST_ID or not revoke_token(connection, token_id, wired.clock()):
            raise AccountFault(f"Không có mã chương trình số {token_id} đang dùng. Xem số ở hotro staff tokens.")


def drop_own_token(wired: Wired, officer: Officer, token_id: int) -> None:
    """Of the officer's own; another's stays."""
    with writing(wired.engine) as connection:
        revoke_token(connection, token_id, wired.clock(), officer.id)


def program_with(wired: Wired, token: str) -> ProgramToken:
    """Raises Malformed("token_wrong", 401) alike for no token, an unknown one, and one of a disabled officer."""
    now = wired.clock()
    with reading(wired.engine) as connection:
        found = token_with(connection, secret_hash(token[:200]))
    if found is None or found.officer.disabled:
        raise Malformed("token_wrong", 401)
    if found.used_at is None or now - found.used_at > SEEN_AGAIN:
        with writing(wired.engine) as connection:
            touch_token(connection, found.id, now)
    return found


def read_dossier(wired: Wired, program: ProgramToken, reference: str) -> OpenedDossier:
    """All of it; the look is in the log, as that of an officer is. Raises NotFound, Refused."""
    opened = open_dossier(wired, reference)
    since, actor = wired.clock() - ONE_LOOK, f"officer:{program.officer.name}"
    data = {"why": program.officer.role, "program": program.label}
    looked = (event for event in opened.events if event.kind == "viewed" and event.actor == actor and event.at > since)
    if not any('"program":' in event.data for event in looked):
        with writing(wired.engine) as connection:
            record(wired, connection, opened.dossier, program.officer, "viewed", data=data)
    return opened
