"""A file is scanned while its sender waits, for a moment: who sends malware hears of it at once, nothing of it is kept.

Without a verdict in time the file is taken in all the same and waits for the worker.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import structlog
from anyio import move_on_after, to_thread

from processor.domain.files import FileFault, SoundFile, file_words
from processor.domain.scanning import BLOCKED, CLEAN, CalledClean, ScanVerdict
from processor.inspection.apart import run_apart
from processor.inspection.clamd import Clamd, NoVerdict, ScannerDown
from processor.inspection.inspect import Question, Verdict
from processor.inspection.pdf_attached import attached_files
from processor.services.parts import Wired
from processor.services.scanning.verdicts import (
    TOO_MUCH,
    UNOPENED,
    scanned_attached,
    scanner_of,
    so_far,
)

SECONDS = 5.0
"""For all files of one request together, a turn at the scanner included."""
LOG = structlog.get_logger("hotro.scanning")
T = TypeVar("T")


async def verdicts_at_door(wired: Wired, questions: Sequence[Question]) -> list[Verdict]:
    """Whole and what its name says, then not infected as far as a scanner tells; one verdict a question.

    Every file of a stranger comes this way. Call it outside of a transaction: it takes seconds.
    """
    verdicts = await wired.inspect(questions)
    scanner = scanner_of(wired)
    if scanner and any(isinstance(verdict, SoundFile) for verdict in verdicts):
        with move_on_after(SECONDS):
            await scan(wired, replace(scanner, until=time.monotonic() + SECONDS), questions, verdicts)
    return verdicts


async def scan(wired: Wired, scanner: Clamd, questions: Sequence[Question], verdicts: list[Verdict]) -> None:
    """Each of `verdicts` in its place, as far as the scanner answers and the time goes."""
    try:
        by = await in_turn(wired, scanner.version)
        for place, (question, verdict) in enumerate(zip(questions, verdicts, strict=True)):
            if isinstance(verdict, SoundFile):
                verdicts[place] = await judged(wired, scanner, by, question, verdict)
    except (ScannerDown, NoVerdict) as error:
        LOG.warning("scan_without_verdict", reason=str(error))


async def judged(wired: Wired, scanner: Clamd, by: str, question: Question, sound: SoundFile) -> Verdict:
    """Raises ScannerDown."""
    try:
        said = await verdict_on(wired, scanner, question.path, sound)
    except (NoVerdict, OSError) as error:
        LOG.warning("scan_without_verdict", reason=str(error))
        return sound
    if said.state == BLOCKED:
        LOG.warning("infected_refused", found=said.found)
        return FileFault("file_infected", **file_words(question.name, question.accept))
    if said.state == CLEAN:
        return replace(sound, clean=CalledClean(by, wired.clock().replace(microsecond=0)))
    return sound


async def verdict_on(wired: Wired, scanner: Clamd, path: Path, sound: SoundFile) -> ScanVerdict:
    said = so_far(await in_turn(wired, lambda: scan_path(scanner, path)), sound.hazards, sound.type.media_type)
    if said:
        return said
    try:
        attached = await run_apart(wired.turns, attached_files, path)
    except UNOPENED:
        return TOO_MUCH
    return await in_turn(wired, lambda: scanned_attached(scanner, attached))


def scan_path(scanner: Clamd, path: Path) -> ScanVerdict:
    with path.open("rb") as content:
        return scanner.scan(content)


async def in_turn(wired: Wired, ask: Callable[[], T]) -> T:
    """In a thread, of which a silent scanner holds only so many."""
    return await to_thread.run_sync(ask, limiter=wired.turns)
