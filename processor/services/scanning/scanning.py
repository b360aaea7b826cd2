"""Files that came in without a verdict are scanned outside every request: each is tried until there is one.

Each file is claimed for a while before it is sent to the scanner, so that two processes do not scan the same, and one
that dies leaves the file to the next. While nobody answers, nothing is counted against a file.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import anyio
import structlog
from anyio import CapacityLimiter

from processor.domain.events import next_event
from processor.domain.scanning import BLOCKED, SCANNER, ScanVerdict
from processor.inspection.apart import run_apart
from processor.inspection.clamd import Clamd, NoVerdict, ScannerDown
from processor.inspection.pdf_attached import attached_files
from processor.services.parts import Wired
from processor.services.scanning.standing import note_down, note_up
from processor.services.scanning.verdicts import (
    TOO_MUCH,
    UNANSWERED,
    UNOPENED,
    scanned_attached,
    scanner_of,
    so_far,
)
from processor.storage.dossiers.dossiers import append_event, dossier_numbered, last_event
from processor.storage.engine import Connection, reading, writing
from processor.storage.files.scans import (
    ScannedFile,
    claim_scan,
    put_next_try,
    put_verdict,
    waiting_files,
)

TOGETHER = 50
"""Files of one run of the job."""
CLAIM = timedelta(minutes=10)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
LOG = structlog.get_logger("hotro.scanning")


def scan_waiting(wired: Wired) -> int:
    """How many files got a verdict."""
    scanner = scanner_of(wired)
    if scanner is None:
        return 0
    try:
        by = scanner.version()
    except (ScannerDown, NoVerdict) as error:
        note_down(wired, str(error))
        return 0
    note_up(wired, by)
    with reading(wired.engine) as connection:
        waiting = waiting_files(connection, wired.clock(), TOGETHER)
    return sum(scanned(wired, scanner, by, file) for file in taken(wired, waiting))


def taken(wired: Wired, waiting: Sequence[ScannedFile]) -> Iterable[ScannedFile]:
    """Those that nobody else has taken meanwhile, each as its turn comes."""
    for file in waiting:
        now = wired.clock()
        with writing(wired.engine) as connection:
            mine = claim_scan(connection, file, now, now + CLAIM)
        if mine:
            yield file


def scanned(wired: Wired, scanner: Clamd, by: str, file: ScannedFile) -> bool:
    """False when it has to be tried again."""
    try:
        verdict = verdict_on(wired, scanner, file)
    except ScannerDown as error:
        note_down(wired, str(error))
        wait(wired, file, file.tries, None)
        return False
    except UNANSWERED as error:
        LOG.warning("scan_without_verdict", file=file.id, tries=file.tries + 1, reason=str(error))
        wait(wired, file, file.tries + 1, wired.clock() + pause(file.tries))
        return False
    put_down(wired, file, verdict, by)
    return True


def verdict_on(wired: Wired, scanner: Clamd, file: ScannedFile) -> ScanVerdict:
    """Files inside a PDF are taken out in a process of its own."""
    with wired.store.open(file.id) as content:
        said = so_far(scanner.scan(content), file.hazards or (), file.media_type)
    if said:
        return said
    try:
        with wired.store.readable(file.id) as path:
            attached = anyio.run(run_apart, CapacityLimiter(1), attached_files, path)
    except UNOPENED:
        return TOO_MUCH
    return scanned_attached(scanner, attached)


def pause(tries: int) -> timedelta:
    """Twice as long each time, an hour at most."""
    return min(FIRST_WAIT * (1 << min(tries, 10)), LONGEST_WAIT)


def wait(wired: Wired, file: ScannedFile, tries: int, until: datetime | None) -> None:
    with writing(wired.engine) as connection:
        put_next_try(connection, file, tries, until)


def put_down(wired: Wired, file: ScannedFile, verdict: ScanVerdict, by: str) -> None:
    """The verdict; a file that is blocked from now on stands in the log of its dossier."""
    now = wired.clock().replace(microsecond=0)
    with writing(wired.engine) as connection:
        put_verdict(connection, file, verdict, by, now)
        if verdict.state == BLOCKED and file.scan_state != BLOCKED and file.dossier_id:
            note_blocked(connection, file, file.dossier_id, verdict, now)
    LOG.info("scanned", file=file.id, state=verdict.state, found=verdict.found)


def note_blocked(
    connection: Connection, file: ScannedFile, dossier_id: int, verdict: ScanVerdict, now: datetime
) -> None:
    previous = last_event(connection, dossier_id)
    data = {"attachment": file.id, "found": verdict.found}
    event = next_event(previous, "file_blocked", SCANNER, now, dossier_numbered(connection, dossier_id).salt, data)
    append_event(connection, dossier_id, event)


def scan_again(wired: Wired, files: Sequence[ScannedFile], step: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Each file once, now; how many ended in each state, and how many under "" for want of a verdict.

    A file keeps its state until there is another. Raises ScannerDown, NoVerdict when nobody answers to begin with.
    """
    scanner = scanner_of(wired)
    assert scanner
    by = scanner.version()
    note_up(wired, by)
    counted: dict[str, int] = {}
    for file in files:
        try:
            verdict = verdict_on(wired, scanner, file)
        except (ScannerDown, *UNANSWERED) as error:
            LOG.warning("scan_without_verdict", file=file.id, reason=str(error))
            state = ""
        else:
            put_down(wired, file, verdict, by)
            state = verdict.state
        counted[state] = counted.get(state, 0) + 1
        step()
    return counted
