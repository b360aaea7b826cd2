"""Who holds which dossier: taken from the queue, given back, handed over. Each change is in the log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from processor.domain.access.officer import ROLES, Officer
from processor.domain.errors import Conflict, Forbidden, Refused
from processor.domain.vietnamese import listed, moment
from processor.services.appraisal.log import locked_dossier, record, refuse_erased
from processor.services.appraisal.steps import not_held
from processor.services.parts import Wired
from processor.storage.desk.queue import claim, hand, held_by, holder_of, release
from processor.storage.engine import Connection, reading, writing
from processor.storage.officers.officers import officer_named

MAY_HANDLE = ("intake", "appraiser", "admin")
MAY_REASSIGN = ("leader", "admin")
"""May hand over what somebody else holds: an officer may have left."""


@dataclass(frozen=True)
class Handled:
    """Of several dossiers: which were changed, and who holds the others."""

    done: Sequence[str]
    refused: Sequence[tuple[str, str]]


def claim_dossier(wired: Wired, officer: Officer, reference: str) -> None:
    """Raises Conflict("already_claimed") naming the holder, Conflict("already_erased").

    Claiming what one holds changes nothing.
    """
    must_handle(officer)
    with writing(wired.engine) as connection:
        claim_in(wired, connection, officer, reference)


def claim_in(wired: Wired, connection: Connection, officer: Officer, reference: str) -> None:
    dossier = locked_dossier(connection, reference)
    refuse_erased(dossier)
    if claim(connection, dossier.id, officer.id, wired.clock()):
        record(wired, connection, dossier, officer, "claimed")
        return
    holder = holder_of(connection, dossier.id)
    if holder is not None and holder[0] != officer.name:
        raise Conflict("already_claimed", officer=holder[0], time=moment(holder[1]))


def release_dossier(wired: Wired, officer: Officer, reference: str) -> None:
    must_handle(officer)
    with writing(wired.engine) as connection:
        dossier = locked_dossier(connection, reference)
        if not release(connection, dossier.id, officer.id):
            raise not_held(dossier)
        record(wired, connection, dossier, officer, "released")


def hand_over(wired: Wired, officer: Officer, reference: str, to: str) -> None:
    """To a colleague who may handle dossiers. Raises Forbidden, Conflict."""
    with writing(wired.engine) as connection:
        hand_in(wired, connection, officer, reference, colleague(connection, to))


def hand_in(wired: Wired, connection: Connection, officer: Officer, reference: str, taker: Officer) -> None:
    dossier = locked_dossier(connection, reference)
    holder = holder_of(connection, dossier.id)
    if holder is None or (holder[0] != officer.name and officer.role not in MAY_REASSIGN):
        raise not_held(dossier)
    found = officer_named(connection, holder[0])
    assert found
    hand(connection, dossier.id, found[0].id, taker.id, wired.clock())
    record(wired, connection, dossier, officer, "handed_to", data={"to": taker.name, "from": holder[0]})


def colleague(connection: Connection, name: str) -> Officer:
    """Raises Conflict("officer_unknown") for one who is gone or handles nothing."""
    found = officer_named(connection, name)
    if found is None or not may_take(found[0]):
        raise Conflict("officer_unknown", name=name[:80])
    return found[0]


def may_take(officer: Officer) -> bool:
    """Whether dossiers can be handed to this one."""
    return not officer.disabled and officer.role in MAY_HANDLE


def claim_several(wired: Wired, officer: Officer, references: Sequence[str]) -> Handled:
    """Each on its own: what somebody else has taken meanwhile, or what is no dossier, is told.

    Raises Forbidden, Conflict("nothing_chosen").
    """
    must_handle(officer)
    return each(wired, references, lambda connection, reference: claim_in(wired, connection, officer, reference))


def hand_over_several(wired: Wired, officer: Officer, references: Sequence[str], to: str) -> Handled:
    with writing(wired.engine) as connection:
        taker = colleague(connection, to)
    return each(wired, references, lambda connection, reference: hand_in(wired, connection, officer, reference, taker))


def held_of(wired: Wired, holder: Officer) -> list[str]:
    """References of what somebody holds, oldest first."""
    with reading(wired.engine) as connection:
        return held_by(connection, holder.id)


def refuse_unable(wired: Wired, name: str) -> None:
    """Raises Conflict("officer_unknown") for one to whom nothing can be handed."""
    with reading(wired.engine) as connection:
        colleague(connection, name)


def hand_over_all(wired: Wired, officer: Officer, leaving: Officer, to: str) -> Handled:
    """Everything that somebody holds who leaves. Raises Forbidden, Conflict."""
    if officer.role not in MAY_REASSIGN:
        raise Forbidden("role_missing", role=listed([ROLES[role] for role in MAY_REASSIGN]))
    return hand_over_several(wired, officer, held_of(wired, leaving), to)


def each(wired: Wired, references: Sequence[str], change: Callable[[Connection, str], None]) -> Handled:
    if not references:
        raise Conflict("nothing_chosen")
    done, refused = [], []
    for reference in dict.fromkeys(references):
        try:
            with writing(wired.engine) as connection:
                change(connection, reference)
            done.append(reference)
        except Refused as refusal:
            refused.append((reference, wired.catalogue.messages.say(refusal.code, **refusal.values)))
    return Handled(done, refused)


def must_handle(officer: Officer) -> None:
    if officer.role not in MAY_HANDLE:
        raise Forbidden("role_missing", role=listed([ROLES[role] for role in MAY_HANDLE[:2]]))
