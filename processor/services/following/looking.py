"""Looking up a dossier with both codes: guessing is slowed, whoever has the right code is never locked out."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import to_thread

from processor.domain.errors import NotFound, Refused
from processor.domain.how_far import HowFar
from processor.domain.reference import parse_reference
from processor.domain.tracked import Tracked
from processor.services.following.tracking import follow, track
from processor.services.guesses import Slowed, wrong_guess
from processor.services.limits import Limit, refuse_spent, spend, visitor_hash
from processor.services.parts import Wired

P = ParamSpec("P")
T = TypeVar("T")
BY_A_VISITOR = Limit("look_up_by_a_visitor", 30)
A_REFERENCE = Slowed("look_up_a_reference", 10, (15,))


def look_up(wired: Wired, visitor: str, reference: str, access_code: str) -> Tracked:
    """As `track`; only failures are counted. Raises Malformed("rate_limited") as well."""
    return slowed(track, wired, visitor, reference, access_code)


async def look_how_far(wired: Wired, visitor: str, reference: str, access_code: str) -> HowFar:
    """As `follow`, counted together with the others. Raises Malformed("rate_limited") as well."""
    who = visitor_hash(wired, visitor)
    await by_key(wired, refuse_spent, wired, BY_A_VISITOR, who)
    try:
        return await by_key(wired, follow, wired, reference, access_code)
    except Refused as refusal:
        await to_thread.run_sync(note_failure, wired, who, reference, refusal)
        raise


async def by_key(wired: Wired, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """A few rows of a file of this machine are there sooner than another thread; they wait for no lock."""
    if wired.engine.dialect.name == "sqlite":
        return ask(*args, **kwargs)
    return await to_thread.run_sync(partial(ask, *args, **kwargs))


def slowed(ask: Callable[[Wired, str, str], T], wired: Wired, visitor: str, reference: str, access_code: str) -> T:
    who = visitor_hash(wired, visitor)
    refuse_spent(wired, BY_A_VISITOR, who)
    try:
        return ask(wired, reference, access_code)
    except Refused as refusal:
        note_failure(wired, who, reference, refusal)
        raise


def note_failure(wired: Wired, who: str, reference: str, refusal: Refused) -> None:
    """Raises Malformed("rate_limited")."""
    spend(wired, (BY_A_VISITOR, who))
    if isinstance(refusal, NotFound):
        wrong_guess(wired, (A_REFERENCE, parse_reference(reference)))
