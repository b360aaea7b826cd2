"""What stands beside the name of a file: how the scanner judged it, why it does not open, what it carries."""

from collections.abc import Sequence
from dataclasses import dataclass

from processor.domain.catalogue import Catalogue
from processor.domain.dossier import Attachment
from processor.domain.scanning import CLOSED, may_open
from processor.domain.slips.decision import SignedScan
from processor.domain.vietnamese import moment


@dataclass(frozen=True)
class FileWords:
    """`without_scanner`: the office has none on purpose."""

    catalogue: Catalogue
    without_scanner: bool

    def state(self, file: Attachment | SignedScan) -> str:
        """In one or two words."""
        return self.catalogue.texts.scan_states[file.scan_state]

    def scanned(self, file: Attachment | SignedScan) -> str:
        """When, by what, and what was found; empty while there is no verdict."""
        if file.scanned_at is None:
            return ""
        found = f", thấy {file.scan_found}" if file.scan_found else ""
        return f"{moment(file.scanned_at)}, {file.scanned_by}{found}"

    def closed(self, file: Attachment | SignedScan) -> str:
        """Why nobody opens it; empty when it opens."""
        if may_open(file, self.without_scanner):
            return ""
        return self.catalogue.messages.say(CLOSED[file.scan_state], file=file.name)

    def dangers(self, file: Attachment | SignedScan) -> Sequence[str]:
        return [self.catalogue.texts.hazards[hazard] for hazard in file.hazards or ()]
