"""The parts that services work with, handed to each as its first argument."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from processor.domain.catalogue import Catalogue
from processor.domain.files import Limits
from processor.domain.vietnamese import VIETNAM
from processor.inspection.inspect import Question, Verdict
from processor.inspection.preview import Previewer
from processor.settings import Settings
from processor.storage.attachments import AttachmentStore
from processor.storage.definitions import Definitions
from processor.storage.engine import Engine
from processor.storage.tallier import Tallier
from processor.storage.writer import Writer

Inspect = Callable[[Sequence[Question]], Awaitable[list[Verdict]]]


@dataclass(frozen=True)
class Wired:
    settings: Settings
    catalogue: Catalogue
    engine: Engine
    writer: Writer
    tallier: Tallier
    store: AttachmentStore
    inspect: Inspect
    preview: Previewer
    definitions: Definitions
    limits: Limits
    server_key: bytes
    clock: Callable[[], datetime]

    def today(self) -> date:
        return self.clock().astimezone(VIETNAM).date()
