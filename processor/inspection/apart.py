"""Work on a stranger's file in a process of its own, with bounds on time, memory and processor: it meets no secret.

For what is done now and then; every uploaded file is inspected by the Inspector, whose children are asked without end.
"""

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process

from processor.inspection.bounds import MEMORY_BYTES, SECONDS, bound

__all__ = ["MEMORY_BYTES", "SECONDS", "Overrun", "run_apart"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Overrun(Exception):
    """The child crashed or went over a bound; the next call gets a new one."""


async def run_apart(limiter: CapacityLimiter, function: Callable[[*Ts], T], *args: *Ts) -> T:
    """`function(*args)` in a child. Waiting for a place with `limiter` takes nothing from its time. Raises Overrun."""
    try:
        async with limiter:
            with fail_after(SECONDS):
                return await to_process.run_sync(bounded, function, *args, cancellable=True, limiter=CapacityLimiter(1))
    except (BrokenWorkerProcess, TimeoutError) as error:
        raise Overrun from error


def bounded(function: Callable[[*Ts], T], *args: *Ts) -> T:
    """Runs in the child."""
    bound()
    return function(*args)
