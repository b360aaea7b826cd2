"""Inspection in a process of its own, with bounds on time, memory and processor: a stranger's file meets no secret.

A file that its inspector does not survive is refused as too complex; the other files of the same submission are not.
"""

import resource
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, to_process

from processor.domain.files import FILE_TYPES, MB, FileFault, SoundFile, file_words
from processor.inspection.inspect import Question, Verdict, verdict_on

SECONDS = 20.0
CPU_SECONDS = 15
MEMORY_BYTES = 1024 * MB

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


class Inspector:
    """At most `together` processes at a time. They start with the first file and end with the event loop."""

    def __init__(self, together: int = 2) -> None:
        self.limiter = CapacityLimiter(together)

    async def __call__(self, questions: Sequence[Question]) -> list[Verdict]:
        """One verdict a question, in their order."""
        try:
            return await self._ask(questions)
        except Overrun:
            if len(questions) > 1:
                return [verdict for question in questions for verdict in await self([question])]
            return [too_complex(question) for question in questions]

    async def _ask(self, questions: Sequence[Question]) -> list[Verdict]:
        plain = [(str(question.path), question.name, question.accept) for question in questions]
        answers = await run_apart(self.limiter, answer, plain)
        return [told if isinstance(told, FileFault) else SoundFile(FILE_TYPES[told[0]], told[1]) for told in answers]


def too_complex(question: Question) -> FileFault:
    return FileFault("file_too_complex", **file_words(question.name, question.accept))


Told = tuple[str, tuple[str, ...]] | FileFault
"""The id of the type with the hazards."""


def answer(plain: list[tuple[str, str, Sequence[str]]]) -> list[Told]:
    """Runs in the child. Types go back by their ids: pickling the rest would cost more than the inspection."""
    verdicts = [verdict_on(Question(Path(path), name, accept)) for path, name, accept in plain]
    return [verdict if isinstance(verdict, FileFault) else (verdict.type.id, verdict.hazards) for verdict in verdicts]


def bound() -> None:
    """The processor time counts from now on; going over it ends the child."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
