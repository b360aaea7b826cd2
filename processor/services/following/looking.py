"""Looking up a dossier with both codes: guessing is slowed, whoever has the right code is never locked out."""

from collections.abc import Callable
from typing import TypeVar

from processor.domain.errors import NotFound, Refused
from processor.domain.how_far import HowFar
from processor.domain.reference import parse_reference
from processor.domain.tracked import Tracked
from processor.services.following.tracking import follow, track
from processor.services.guesses import Slowed, wrong_guess
from processor.services.limits import Limit, refuse_spent, spend, visitor_hash
from processor.services.parts import Wired

T = TypeVar("T")
BY_A_VISITOR = Limit("look_up_by_a_visitor", 30)
A_REFERENCE = Slowed("look_up_a_reference", 10, (15,))


def look_up(wired: Wired, visitor: str, reference: str, access_code: str) -> Tracked:
    """As `track`; only failures are counted. Raises Malformed("rate_limited") as well."""
    return slowed(track, wired, visitor, reference, access_code)


def look_how_far(wired: Wired, visitor: str, reference: str, access_code: str) -> HowFar:
    """As `follow`, counted together with the others."""
    return slowed(follow, wired, visitor, reference, access_code)


def slowed(ask: Callable[[Wired, str, str], T], wired: Wired, visitor: str, reference: str, access_code: str) -> T:
    who = visitor_hash(wired, visitor)
    refuse_spent(wired, BY_A_VISITOR, who)
    try:
        return ask(wired, reference, access_code)
    except NotFound:
        spend(wired, (BY_A_VISITOR, who))
        wrong_guess(wired, (A_REFERENCE, parse_reference(reference)))
        raise
    except Refused:
        spend(wired, (BY_A_VISITOR, who))
        raise
