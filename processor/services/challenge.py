"""When one place sends very much, each sending costs a little work or a little waiting. Nobody is followed.

The work is an ALTCHA proof of work that the page's script does by itself; without script a minute of waiting does as
well. Below the threshold nobody notices anything.
"""

import base64
import json
from dataclasses import dataclass
from datetime import timedelta

from altcha import create_challenge, verify_solution

from processor.domain.access.credentials import derived
from processor.domain.dossier import Draft
from processor.domain.errors import Conflict
from processor.domain.stamp import age, stamp
from processor.services.limits import Limit, spend, spent, visitor_hash
from processor.services.parts import Wired

SENT = Limit("send_by_a_visitor", 600)
HASTY = timedelta(seconds=3)
PATIENCE = timedelta(seconds=60)
COST, PREFIX = 5000, "00"


@dataclass(frozen=True)
class Challenge:
    """`stamp` is when the page was shown; `work` the task for its script as JSON, empty when none is asked for."""

    stamp: str
    work: str


def challenge_for(wired: Wired, visitor: str, draft: Draft) -> Challenge:
    now = wired.clock()
    shown = stamp(wired.server_key, str(draft.id), now)
    if not is_crowded(wired, visitor):
        return Challenge(shown, "")
    ends = now + timedelta(hours=1)
    made = create_challenge(
        "PBKDF2/SHA-256",
        COST,
        key_prefix=PREFIX,
        expires_at=ends,
        data={"draft": str(draft.id)},
        hmac_secret=secret(wired),
    )
    return Challenge(shown, json.dumps(made.to_dict()))


def refuse_unproven(wired: Wired, visitor: str, draft: Draft, shown: str, solution: str) -> None:
    """Counts the sending. Raises Conflict("proof_needed") above the threshold without work done or time waited.

    A page sent within three seconds counts as several: a person takes longer to read it.
    """
    if wired.settings.abuse_limits == "off":
        return
    waited = age(wired.server_key, str(draft.id), shown, wired.clock())
    crowded = is_crowded(wired, visitor)
    who = visitor_hash(wired, visitor)
    for _ in range(3 if waited is None or waited < HASTY else 1):
        spend(wired, (SENT, who))
    if crowded and not (waited is not None and waited >= PATIENCE) and not is_solved(wired, draft, solution):
        raise Conflict("proof_needed")


def is_crowded(wired: Wired, visitor: str) -> bool:
    on = wired.settings.abuse_limits == "on"
    return on and spent(wired, SENT, visitor_hash(wired, visitor)) >= wired.settings.proof_above


def is_solved(wired: Wired, draft: Draft, solution: str) -> bool:
    if not solution or len(solution) > 4000:
        return False
    try:
        found = verify_solution(solution, secret(wired))
        told = json.loads(base64.b64decode(solution))["challenge"]["parameters"]["data"]["draft"]
    except (ValueError, KeyError, TypeError):
        return False
    return bool(found.verified) and told == str(draft.id)


def secret(wired: Wired) -> bytes:
    return derived(wired.server_key, "altcha", "sending")
