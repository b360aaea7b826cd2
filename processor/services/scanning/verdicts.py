"""What the scanner says of one file, and what of its OK is believed: clamd says OK to what it did not look at."""

import io
from collections.abc import Collection, Sequence

from processor.domain.errors import HotroError
from processor.domain.files import FILE_TYPES, FileFault
from processor.domain.hazards import BEYOND_SCANNER, CARRIES_FILES
from processor.domain.scanning import CLEAN, UNSCANNABLE, ScanVerdict
from processor.inspection.apart import Overrun
from processor.inspection.clamd import SECONDS, Clamd, NoVerdict
from processor.services.parts import Wired

PDF = FILE_TYPES["pdf"].media_type
TOO_MUCH = ScanVerdict(UNSCANNABLE, "quá lớn khi mở ra")
UNANSWERED = (NoVerdict, OSError, HotroError)
"""No verdict, or no bytes to judge: gone, changed, or closed by a key that is not here."""
UNOPENED = (FileFault, Overrun)
"""The files inside a PDF cannot be taken out."""


def scanner_of(wired: Wired) -> Clamd | None:
    return Clamd(wired.settings.scanner, SECONDS) if wired.settings.scanner else None


def so_far(said: ScanVerdict, hazards: Collection[str], media_type: str) -> ScanVerdict | None:
    """None while the files inside a PDF are still to be scanned."""
    if said.state == CLEAN and BEYOND_SCANNER in hazards:
        return TOO_MUCH
    if said.state == CLEAN and CARRIES_FILES in hazards and media_type == PDF:
        return None
    return said


def scanned_attached(scanner: Clamd, attached: Sequence[bytes]) -> ScanVerdict:
    """The first that is not clean speaks for all."""
    verdicts = (scanner.scan(io.BytesIO(content)) for content in attached)
    return next((one for one in verdicts if one.state != CLEAN), ScanVerdict(CLEAN))
